//! Plots latency over offered load as a self-contained SVG, for light and dark mode.

use std::fmt::Write as _;

use super::latency::Point;
use super::report::thousands;
use super::site::Engine;

/// The size of the picture.
const SIZE: (f64, f64) = (760.0, 440.0);

/// The plot area: left, top, right, bottom.
const FIELD: (f64, f64, f64, f64) = (70.0, 56.0, 600.0, 380.0);

/// The decades of milliseconds on the axis.
const DECADES: (i32, i32) = (-1, 4);

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1d2733}.title{font-size:15px;font-weight:600}\
    .grid{stroke:#d5dae1;stroke-width:1}.line{fill:none;stroke-width:2}.p50{stroke-dasharray:5 4}\
    .sqlite{stroke:#0b5fad}.postgres{stroke:#b3470a}.dot.sqlite{fill:#0b5fad}.dot.postgres{fill:#b3470a}\
    @media(prefers-color-scheme:dark){text{fill:#e4e8ed}.grid{stroke:#3d4753}.sqlite{stroke:#6fb4f5}\
    .postgres{stroke:#f39a5f}.dot.sqlite{fill:#6fb4f5}.dot.postgres{fill:#f39a5f}}";

/// One curve.
struct Line {
    engine: Engine,
    name: &'static str,
    of: fn(&Point) -> f64,
}

const LINES: [Line; 4] = [
    Line { engine: Engine::Sqlite, name: "p50", of: |point| point.p50 },
    Line { engine: Engine::Sqlite, name: "p99", of: |point| point.p99 },
    Line { engine: Engine::Postgres, name: "p50", of: |point| point.p50 },
    Line { engine: Engine::Postgres, name: "p99", of: |point| point.p99 },
];

/// Maps values to positions.
struct Scales {
    most: f64,
}

impl Scales {
    fn x(&self, offered: f64) -> f64 {
        FIELD.0 + (FIELD.2 - FIELD.0) * offered / self.most
    }

    /// Logarithmic; clamped to the plot area.
    fn y(millis: f64) -> f64 {
        let (low, high) = (f64::from(DECADES.0), f64::from(DECADES.1));
        let part = ((millis.log10().clamp(low, high)) - low) / (high - low);
        FIELD.3 - (FIELD.3 - FIELD.1) * part
    }
}

/// The picture.
pub(super) fn svg(points: &[Point]) -> String {
    let most = points.iter().map(|point| point.offered).fold(0.0, f64::max);
    let step = tick(most);
    let scales = Scales { most: (most / step).ceil().max(1.0) * step };
    let (width, height) = SIZE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"title desc\">\n<title id=\"title\">Latency of a vote over offered load</title>\n\
         <desc id=\"desc\">{}</desc>\n<style>{STYLE}</style>\n",
        description(points)
    );
    axes(&mut svg, &scales, step);
    let mut labels: Vec<f64> = Vec::new();
    for line in LINES {
        draw(&mut svg, &scales, &line, points, &mut labels);
    }
    svg.push_str("</svg>\n");
    svg
}

/// A round tick distance that gives about five ticks.
fn tick(most: f64) -> f64 {
    let decade = 10_f64.powf((most.max(1.0) / 5.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade).into_iter().find(|step| most / step <= 6.0).unwrap_or(most)
}

fn axes(svg: &mut String, scales: &Scales, step: f64) {
    let (left, top, right, bottom) = FIELD;
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(svg, "<text class=\"title\" x=\"{left}\" y=\"24\">Latency of a vote over offered load</text>");
    let _ = writeln!(svg, "<text x=\"{left}\" y=\"44\">milliseconds from the intended arrival (logarithmic)</text>");
    for decade in DECADES.0..=DECADES.1 {
        let y = Scales::y(10_f64.powi(decade));
        let label = if decade < 0 { "0.1".to_owned() } else { thousands(10_f64.powi(decade)) };
        let _ = writeln!(svg, "<line class=\"grid\" x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", left - 8.0, y + 4.0);
    }
    let marks = std::iter::successors(Some(0.0), |mark| Some(mark + step));
    for mark in marks.take_while(|mark| *mark <= scales.most + step / 2.0) {
        let (x, label) = (scales.x(mark), thousands(mark));
        let _ = writeln!(svg, "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>");
        let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", bottom + 20.0);
    }
    let middle = f64::midpoint(left, right);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">votes that arrive per second</text>",
        bottom + 44.0
    );
}

/// Draws a curve, its markers (round for SQLite, square for PostgreSQL, so that colour is not needed) and its name at
/// its end.
fn draw(svg: &mut String, scales: &Scales, line: &Line, points: &[Point], labels: &mut Vec<f64>) {
    let class = match line.engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let own = points.iter().filter(|point| point.engine == line.engine);
    let places: Vec<(f64, f64)> = own.map(|point| (scales.x(point.offered), Scales::y((line.of)(point)))).collect();
    let Some((end, last)) = places.last() else { return };
    let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(svg, "<polyline class=\"line {} {class}\" points=\"{}\"/>", line.name, path.join(" "));
    for (x, y) in &places {
        let _ = match line.engine {
            Engine::Sqlite => writeln!(svg, "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"),
            Engine::Postgres => writeln!(
                svg,
                "<rect class=\"dot {class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"7\" height=\"7\"/>",
                x - 3.5,
                y - 3.5
            ),
        };
    }
    // Names must not overlap.
    let mut y = last + 4.0;
    while labels.iter().any(|other| (other - y).abs() < 15.0) {
        y += 15.0;
    }
    labels.push(y);
    let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{y:.1}\">{} {}</text>", end + 10.0, line.engine, line.name);
}

/// The text alternative.
fn description(points: &[Point]) -> String {
    let of = |engine| {
        let words: Vec<String> = points
            .iter()
            .filter(|point| point.engine == engine)
            .map(|point| {
                format!(
                    "at {} votes per second p50 {:.1} ms and p99 {:.1} ms",
                    thousands(point.offered),
                    point.p50,
                    point.p99
                )
            })
            .collect();
        format!("{engine}: {}.", words.join(", "))
    };
    [Engine::Sqlite, Engine::Postgres].map(of).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(engine: Engine, step: u32, p99: f64) -> Point {
        let offered = f64::from(step) * 400.0;
        Point { engine, step, offered, recorded: offered, p50: 1.0, p99, p999: p99, refused: 0 }
    }

    #[test]
    fn the_picture_has_a_line_for_each_figure_and_says_it_in_words() {
        let points = [Engine::Sqlite, Engine::Postgres]
            .map(|engine| [10, 110].map(|step| point(engine, step, f64::from(step))))
            .concat();
        let svg = svg(&points);
        assert_eq!(svg.matches("<polyline").count(), 4);
        assert_eq!((svg.matches("<circle").count(), svg.matches("<rect").count()), (4, 4));
        for text in [
            "<title",
            "<desc",
            "prefers-color-scheme:dark",
            "votes that arrive per second",
            "SQLite p99",
            "at 44,000 votes per second p50 1.0 ms and p99 110.0 ms",
        ] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn what_is_beyond_the_picture_stays_on_its_edge() {
        assert!((Scales::y(1e9) - FIELD.1).abs() < 1e-9);
        assert!((Scales::y(0.0) - FIELD.3).abs() < 1e-9);
        let svg = svg(&[point(Engine::Sqlite, 10, 1e9)]);
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn marks_are_round_and_few() {
        for (most, step) in [(44_000.0, 10_000.0), (2_200.0, 500.0), (100.0, 20.0)] {
            assert!((tick(most) - step).abs() < 1e-6, "{most}: {}", tick(most));
        }
    }
}
