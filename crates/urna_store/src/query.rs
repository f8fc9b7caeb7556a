//! Runs one text of SQL on whichever engine holds the transaction.

/// Evaluates `$body` with `$conn` as the connection of the transaction, compiled once for each engine. After an
/// error the transaction can no longer be committed.
macro_rules! on_engine {
    ($tx:expr, $conn:ident => $body:expr) => {{
        let done = match &mut $tx.connection {
            $crate::db::Connection::Sqlite(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
            $crate::db::Connection::Postgres(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
        };
        $tx.note(&done);
        done
    }};
}

/// All rows of a query, as tuples of `$row`.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        on_engine!($tx, conn => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(conn).await)
            .map_err($crate::StoreError::from)
    };
}

/// The first row of a query, if there is one, as a tuple of `$row`.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        on_engine!($tx, conn => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(conn).await)
            .map_err($crate::StoreError::from)
    };
}

/// The one row of a query, as a tuple of `$row`.
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        on_engine!($tx, conn => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_one(conn).await)
            .map_err($crate::StoreError::from)
    };
}

/// Runs a statement; returns the number of affected rows.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        on_engine!($tx, conn => {
            sqlx::query($sql)$(.bind($bind))*.execute(conn).await.map(|done| done.rows_affected())
        })
        .map_err($crate::StoreError::from)
    };
}

/// A row that is read by the names of its columns, from either engine.
macro_rules! named_row {
    ($name:ident $($field:ident: $type:ty,)*) => {
        struct $name {
            $($field: $type,)*
        }
        named_row!(for sqlx::sqlite::SqliteRow, $name $($field)*);
        named_row!(for sqlx::postgres::PgRow, $name $($field)*);
    };
    (for $row:ty, $name:ident $($field:ident)*) => {
        impl sqlx::FromRow<'_, $row> for $name {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { $($field: row.try_get(stringify!($field))?,)* })
            }
        }
    };
}
