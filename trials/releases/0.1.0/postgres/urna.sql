--
-- PostgreSQL database dump
--

\restrict fOjPOoDZErCULJ2xMxocQaH4SIfJMwBVRVWO4dt5zMCtfY0jfHn84wenf6ZPtik

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: _sqlx_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);


--
-- Name: attendee_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attendee_sessions (
    token_hash bytea NOT NULL,
    attendee_id bigint NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: attendees; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attendees (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    conference_id bigint NOT NULL,
    email text,
    name text NOT NULL,
    organisation text,
    country text,
    category text,
    language text,
    external_id text,
    status text NOT NULL,
    link_generation bigint NOT NULL,
    verified_by text,
    claimed_category text,
    CONSTRAINT attendees_status_check CHECK ((status = ANY (ARRAY['registered'::text, 'pending'::text, 'verified'::text, 'blocked'::text]))),
    CONSTRAINT attendees_verified_by_check CHECK ((verified_by = ANY (ARRAY['mailbox'::text, 'approval'::text, 'organiser'::text])))
);


--
-- Name: attendees_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.attendees ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attendees_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: audit_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_events (
    number bigint NOT NULL,
    conference uuid,
    ballot uuid,
    event text NOT NULL,
    hash bytea NOT NULL
);


--
-- Name: badge_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.badge_codes (
    attendee_id bigint NOT NULL,
    conference_id bigint NOT NULL,
    locator bigint NOT NULL,
    generation bigint NOT NULL
);


--
-- Name: ballot_box; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ballot_box (
    ballot_id bigint NOT NULL,
    commitment bytea NOT NULL,
    code bigint NOT NULL,
    tracker_hash bytea NOT NULL,
    nonce bytea NOT NULL,
    choice bytea NOT NULL
);


--
-- Name: ballot_history; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ballot_history (
    ballot_id bigint NOT NULL,
    number bigint NOT NULL,
    at bigint NOT NULL,
    event text NOT NULL
);


--
-- Name: ballot_inbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ballot_inbox (
    ballot_id bigint NOT NULL,
    slot bytea NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: ballots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ballots (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    conference_id bigint NOT NULL,
    slug text NOT NULL,
    definition text NOT NULL,
    state text NOT NULL,
    planned_for bigint,
    opens_at bigint,
    closes_at bigint,
    manifest bytea,
    closed_at bigint,
    eligible bigint,
    voted bigint,
    cancel_reason text,
    statement_sha256 bytea,
    CONSTRAINT ballots_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'ready'::text, 'open'::text, 'paused'::text, 'closed'::text, 'published'::text, 'cancelled'::text])))
);


--
-- Name: ballots_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.ballots ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ballots_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: box_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.box_keys (
    ballot_id bigint NOT NULL,
    wrapped bytea NOT NULL
);


--
-- Name: cancelled_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cancelled_codes (
    code bigint NOT NULL,
    ballot_id bigint NOT NULL
);


--
-- Name: conferences; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conferences (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    starts_on text NOT NULL,
    ends_on text NOT NULL,
    time_zone text NOT NULL,
    languages text NOT NULL,
    registration text NOT NULL,
    listed_domains text NOT NULL,
    accent text,
    CONSTRAINT conferences_registration_check CHECK ((registration = ANY (ARRAY['closed'::text, 'listed_domains'::text, 'approval'::text, 'open'::text])))
);


--
-- Name: conferences_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.conferences ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.conferences_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: logos; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.logos (
    conference_id bigint NOT NULL,
    sha256 bytea NOT NULL,
    media_type text NOT NULL,
    image bytea NOT NULL
);


--
-- Name: organiser_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organiser_sessions (
    token_hash bytea NOT NULL,
    organiser_id bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at bigint NOT NULL
);


--
-- Name: organisers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organisers (
    id bigint NOT NULL,
    uuid uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    disabled_at bigint,
    CONSTRAINT organisers_role_check CHECK ((role = ANY (ARRAY['observer'::text, 'desk'::text, 'organiser'::text, 'owner'::text])))
);


--
-- Name: organisers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.organisers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.organisers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    id bigint NOT NULL,
    attendee_id bigint NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    attempts bigint NOT NULL,
    next_attempt_at bigint,
    sent_at bigint,
    last_error text
);


--
-- Name: outbox_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: participations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.participations (
    ballot_id bigint NOT NULL,
    attendee_id bigint NOT NULL
);


--
-- Name: personal_links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.personal_links (
    token_hash bytea NOT NULL,
    attendee_id bigint NOT NULL,
    generation bigint NOT NULL
);


--
-- Name: portraits; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.portraits (
    ballot_id bigint NOT NULL,
    candidate uuid NOT NULL,
    sha256 bytea NOT NULL,
    small bytea NOT NULL,
    medium bytea NOT NULL,
    large bytea NOT NULL
);


--
-- Name: publications; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.publications (
    ballot_id bigint NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    note text,
    results text NOT NULL,
    publication text
);


--
-- Name: service; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service (
    id bigint NOT NULL,
    secret_fingerprint bytea NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT service_id_check CHECK ((id = 1))
);


--
-- Name: statements; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.statements (
    ballot_id bigint NOT NULL,
    tally text NOT NULL,
    history text NOT NULL,
    statement text NOT NULL
);


--
-- Name: tie_breaks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tie_breaks (
    ballot_id bigint NOT NULL,
    candidate_order text NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    at bigint NOT NULL
);


--
-- Name: withdrawals; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.withdrawals (
    ballot_id bigint NOT NULL,
    candidate uuid NOT NULL,
    reason text NOT NULL,
    at bigint NOT NULL
);


--
-- Data for Name: _sqlx_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public._sqlx_migrations VALUES (1, 'access', '2026-11-30 15:18:16.407785+00', true, '\x2cc43072c5d02491346ac530602eb0e0260af317a570ce2e1f088cfc87d0751ef75546a16418458e6de0c5f2eb9b0826', 50979989);
INSERT INTO public._sqlx_migrations VALUES (2, 'roll', '2026-11-30 15:18:16.462768+00', true, '\x2ead9797bfa7066dcc39d97c66c55daccd00f426e68eae9b948c1b37bd7ba449625b51d38424aef31414371e4799d2a0', 64040059);
INSERT INTO public._sqlx_migrations VALUES (3, 'ballots', '2026-11-30 15:18:16.530767+00', true, '\xba6540e560b8bb1dce2a0d1b5226ecbabfebd59ea65a64f2b9ebcbb068e70bac82c28d7cedf4460c903215436fd71baa', 84469681);
INSERT INTO public._sqlx_migrations VALUES (4, 'outbox', '2026-11-30 15:18:16.618768+00', true, '\xe7db5b90687573c006bfbaa0aeeea350cb766aa19f99178a5234f00152e4be5c46fc0a06d02006f865e0d3318053b2aa', 19986922);
INSERT INTO public._sqlx_migrations VALUES (5, 'record', '2026-11-30 15:18:16.642746+00', true, '\xf9d2e357c89e89e73b58927b74a93966a30585afef9e17f8574303e0523dbdf0f74b12cfaed097f5e509ae541a11437b', 12060896);
INSERT INTO public._sqlx_migrations VALUES (6, 'badges', '2026-11-30 15:18:16.658746+00', true, '\x1f4063dfbc9c4e7b23344d68dae8aa5a512343efdbb77c877c71f3a6aa719c08764d15cd7550c8c85c2cd1bb7e1ff42e', 20010828);
INSERT INTO public._sqlx_migrations VALUES (7, 'standing', '2026-11-30 15:18:16.682731+00', true, '\xbd5218363b363bf82888028908d159a17a7e41d6fb5186c80024b6ef2ff122ad3cb63186ce59803b3ea62577584c7c89', 4017780);
INSERT INTO public._sqlx_migrations VALUES (8, 'claims', '2026-11-30 15:18:16.69075+00', true, '\xf43b36d64f1eebb1829ced705d1a679b391fcfe33c42b2d8808cba7fb3d4528928da42dbbec436687a4fd85842910d7b', 4036892);
INSERT INTO public._sqlx_migrations VALUES (9, 'portraits', '2026-11-30 15:18:16.698754+00', true, '\x03c8d4f42ac57107e02d9647631041f31fde0df8d9dc6ecb0eea9aa42502de1fa674169de0c208e0cf8948f0916be9b3', 19999835);


--
-- Data for Name: attendee_sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attendee_sessions VALUES ('\x4fa4a8f66669ee3727ea7ee346603e0e512b4e50cb5d939155def7edd1b56e35', 1, 1795674600000000);
INSERT INTO public.attendee_sessions VALUES ('\xbd529aa47d288a262909793a97c181b6bdcf25cd2781a6f3d6162da052abd6bd', 2, 1795674600000000);
INSERT INTO public.attendee_sessions VALUES ('\xd61ee825c2d6c19ded92321710a65741987a66056eb62e76b472f08188249311', 3, 1795674600000000);
INSERT INTO public.attendee_sessions VALUES ('\xbdf29455b5ab5aeb1d1a057153587c9f3b62649a524b27d3d10f644e8e6ff4d6', 4, 1795674600000000);
INSERT INTO public.attendee_sessions VALUES ('\x46f0a117e16157430fa774e2b46293c76df621b70f6e624034567ae872d1ea67', 5, 1795674600000000);


--
-- Data for Name: attendees; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (1, '01a213f8-c440-762c-8691-c8a5716c8297', 1, NULL, 'Attendee 0', NULL, NULL, NULL, NULL, NULL, 'verified', 1, 'organiser', NULL);
INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (2, '01a213f8-c440-7ee6-88d3-cc8ef82ddf0b', 1, NULL, 'Attendee 1', NULL, NULL, NULL, NULL, NULL, 'verified', 1, 'organiser', NULL);
INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (3, '01a213f8-c440-7cee-94f3-b3c1b98b1bc9', 1, NULL, 'Attendee 2', NULL, NULL, NULL, NULL, NULL, 'verified', 1, 'organiser', NULL);
INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (4, '01a213f8-c440-784f-b29a-1b44b4327e64', 1, NULL, 'Attendee 3', NULL, NULL, NULL, NULL, NULL, 'verified', 1, 'organiser', NULL);
INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (5, '01a213f8-c440-7afc-8d38-78d8b49d7150', 1, NULL, 'Attendee 4', NULL, NULL, NULL, NULL, NULL, 'verified', 1, 'organiser', NULL);
INSERT INTO public.attendees OVERRIDING SYSTEM VALUE VALUES (6, '01a213f8-c440-742d-aaa5-14ea60b9cba6', 1, 'rita@attendees.example', 'Rita', NULL, NULL, NULL, NULL, NULL, 'registered', 1, NULL, NULL);


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_events VALUES (1, NULL, NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"host"},"action":"organiser.created","conference":null,"ballot":null,"subject":"01a213f8-c440-725d-ada1-38463f290f6e","details":{"role":"owner"}}', '\x6bccfa813b76317c64232b40f0aa7c16e236690ff874541cd8f69f84bab48fbb');
INSERT INTO public.audit_events VALUES (2, NULL, NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"organiser.signed_in","conference":null,"ballot":null,"subject":"01a213f8-c440-725d-ada1-38463f290f6e","details":null}', '\xa7409d3bc5a99f65f94f9db1b239e8303a54747aa2f844e77530244c9aa4765b');
INSERT INTO public.audit_events VALUES (3, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"conference.created","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":null,"details":null}', '\xdd4053ed68306aa22e301d8d6dcc0c6e0705318fd99d6cbeee74ec5d1a48a9a8');
INSERT INTO public.audit_events VALUES (4, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"attendee.added","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-762c-8691-c8a5716c8297","details":{"status":"verified"}}', '\xade031cb719e0c8b615252ff5ba186455e08c7d617b8680f15d85e9290af785d');
INSERT INTO public.audit_events VALUES (5, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"badge_code.issued","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-762c-8691-c8a5716c8297","details":{"replaced":false}}', '\x35ea3a47850ae51a0fda9e1b1fe24b6466613ee9aad10baef677170f2b09782b');
INSERT INTO public.audit_events VALUES (6, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"attendee.added","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7ee6-88d3-cc8ef82ddf0b","details":{"status":"verified"}}', '\x38dc5779245a05d85f4ad44128daa54abd25c2597cf36b9490e1d9ec0d691fa6');
INSERT INTO public.audit_events VALUES (7, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"badge_code.issued","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7ee6-88d3-cc8ef82ddf0b","details":{"replaced":false}}', '\x59f4788af263228d9b2fd8db694f14c045f86794f901d25d753b504dc148b79d');
INSERT INTO public.audit_events VALUES (8, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"attendee.added","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7cee-94f3-b3c1b98b1bc9","details":{"status":"verified"}}', '\xc241a9f7861a9e4265668ffed97fa63a2fccde2faeff6ae9b76ff4cee6c67fc3');
INSERT INTO public.audit_events VALUES (9, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"badge_code.issued","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7cee-94f3-b3c1b98b1bc9","details":{"replaced":false}}', '\x140660d4a6ec7d350837915119363cb69c2c91931a13eca3b8c7d7593e0278dd');
INSERT INTO public.audit_events VALUES (10, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"attendee.added","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-784f-b29a-1b44b4327e64","details":{"status":"verified"}}', '\xb0e9bccc0d226788ffdcf92351dbe46965fa5eda32db51c422facc1bf80dca93');
INSERT INTO public.audit_events VALUES (11, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"badge_code.issued","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-784f-b29a-1b44b4327e64","details":{"replaced":false}}', '\x4a960fcbc0cc123657f5331e1cfaed4955450d85135e07178ea664e93e9e8a0c');
INSERT INTO public.audit_events VALUES (12, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"attendee.added","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7afc-8d38-78d8b49d7150","details":{"status":"verified"}}', '\x8df37fcfbc1c6eb423cbed61e59801a0386977235006cc5ab925eb548015573b');
INSERT INTO public.audit_events VALUES (13, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', NULL, '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"badge_code.issued","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":null,"subject":"01a213f8-c440-7afc-8d38-78d8b49d7150","details":{"replaced":false}}', '\x92849130214711408086ab63591f151ec6906c10b104d7434d21a8774f99a7fa');
INSERT INTO public.audit_events VALUES (14, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-75b3-8135-0cd7abde9347', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.created","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-75b3-8135-0cd7abde9347","subject":null,"details":null}', '\x3185dd228a2cb750ef29f8896cecd51352c6ae94f3c54e65cd6ec32d02012f3a');
INSERT INTO public.audit_events VALUES (15, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-75b3-8135-0cd7abde9347', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.frozen","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-75b3-8135-0cd7abde9347","subject":null,"details":{"manifest_sha256":"60179bbecaa3753d6479bf249fd8a49cb8e7b4dbc789c59ec37e14e89af06df7"}}', '\x04ad67d8a6bf4fabb42a79b47ca4a90a4de68c9e80096e5df5357cfbffb314ba');
INSERT INTO public.audit_events VALUES (16, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-75b3-8135-0cd7abde9347', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.opened","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-75b3-8135-0cd7abde9347","subject":null,"details":null}', '\x737bc20d0771e4d710a871209c0e5953a334266602645834ccd4f946eb17a12b');
INSERT INTO public.audit_events VALUES (17, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-75b3-8135-0cd7abde9347', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.closed","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-75b3-8135-0cd7abde9347","subject":null,"details":{"eligible":5,"statement_sha256":"386b9990bf9c3b88a4bd32b708a3a155486b1a5ec96af9bb3b162020812c239e","voted":3}}', '\xc51c228e365eeccefb4764b80a4e8a0280fe516cd8fd33b291cfc61eda8b39d9');
INSERT INTO public.audit_events VALUES (18, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-75b3-8135-0cd7abde9347', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"results.published","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-75b3-8135-0cd7abde9347","subject":null,"details":{"version":1}}', '\x591ca1ecabf858c7294f5e5341c4cbb8514194df03d9130eaa495f2559fd75e7');
INSERT INTO public.audit_events VALUES (19, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-79a9-9ba6-f00103b95a86', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.created","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-79a9-9ba6-f00103b95a86","subject":null,"details":null}', '\xa9af363de8f2b58aac2c31d23ebfc1675790be33f96d3de8956d7dd51e65959d');
INSERT INTO public.audit_events VALUES (20, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-79a9-9ba6-f00103b95a86', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.frozen","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-79a9-9ba6-f00103b95a86","subject":null,"details":{"manifest_sha256":"7ee47e08d601ebe23d0cdcd34e1e5d60b505f80e0e6ea25e6586c28c76ae2736"}}', '\x417714db5708a776ccc649d155c0f06ca51f2053076e7ccf5cefc80b2a59f738');
INSERT INTO public.audit_events VALUES (21, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-79a9-9ba6-f00103b95a86', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.opened","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-79a9-9ba6-f00103b95a86","subject":null,"details":null}', '\x0d5a54ccb9413e9a230bc7063e26a5faf5e8f059cc8811da6c9280e372909fda');
INSERT INTO public.audit_events VALUES (22, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-79a9-9ba6-f00103b95a86', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.closed","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-79a9-9ba6-f00103b95a86","subject":null,"details":{"eligible":5,"statement_sha256":"e0685b644e7508f4857c2d030b3bec7a2f5d8ed2ee03f3395e6783e2a955fbe9","voted":5}}', '\x6d375164c01c17a511c0e41a8bcc0340c899e2fa05aa0ebedf8f809e16db51f0');
INSERT INTO public.audit_events VALUES (23, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-7024-80e5-912bc7429091', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.created","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-7024-80e5-912bc7429091","subject":null,"details":null}', '\x9a8f4949f76e0274dc7e96d8d93eb621aefa4f2b2b259dc60f2e4ca71d086492');
INSERT INTO public.audit_events VALUES (24, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-7024-80e5-912bc7429091', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.frozen","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-7024-80e5-912bc7429091","subject":null,"details":{"manifest_sha256":"4aaefe6dc0f78cb5ecd4e7003677e1f804a1a31f9f59210638ccd90a01e8a60f"}}', '\x094edb713ee618a1043910e4502e5cc81e62fdbb431b787adcaa2ecf7baec8e0');
INSERT INTO public.audit_events VALUES (25, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', '01a213f8-c440-7024-80e5-912bc7429091', '{"at":"2026-11-25T18:30:00Z","actor":{"type":"organiser","id":"01a213f8-c440-725d-ada1-38463f290f6e"},"action":"ballot.opened","conference":"01a213f8-c440-7552-83b0-9cdbb4fa34e6","ballot":"01a213f8-c440-7024-80e5-912bc7429091","subject":null,"details":null}', '\x57aa48f3a4917ed875b65efebb5a3b642b80b01088e90693c1e5a982b7873924');


--
-- Data for Name: badge_codes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.badge_codes VALUES (1, 1, 380681, 1);
INSERT INTO public.badge_codes VALUES (2, 1, 819560, 1);
INSERT INTO public.badge_codes VALUES (3, 1, 886914, 1);
INSERT INTO public.badge_codes VALUES (4, 1, 789352, 1);
INSERT INTO public.badge_codes VALUES (5, 1, 501710, 1);


--
-- Data for Name: ballot_box; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ballot_box VALUES (1, '\x7c94f21340f43c3d4a63714f2fe1aa3bf51535335cd6120efbce5855f2e065e7', 645273594555595957, '\x6a04c2c300a83494f8e0787b66458d208845801dcbebbab01f8c6e737594475b', '\x06c7c7ff86fe278e2ea17583810527ae1e8605e6376c78ff53198327d856f22b', '\x01000100010001');
INSERT INTO public.ballot_box VALUES (1, '\x855d2f3046ea1df475ac94a549571e0c3707ba720c2549bc27b7b3bd5bd995f5', 706287141385637089, '\x9ea239cea3f03c4107b15ab4e0f5661275122df2b665fe6716e9918128c59f7e', '\xc8c3d05ae5e8889c9ec64cc76617b652cbe561da6d410d97d2b893b3c0b33f2c', '\x01000100000001');
INSERT INTO public.ballot_box VALUES (1, '\xd4c0ef33b69276ad66dfae94293e0975cff12a02614417534e356339928bc92d', 204072639162085395, '\xc4c0299a9af104d21c4fd81230d8351cb805f2206bf83975e0c9425f6a6e5d8f', '\x1b4e63c8e70a84f4eda0871c83fd9115e34388045ca7d2671fb28908d6e21494', '\x01000100000001');
INSERT INTO public.ballot_box VALUES (2, '\x434af507d1bdae903b94d14bef32519d474eb09a92051d0809949aeb9016754a', 1120406938473521347, '\xe0f44c139eeed65019d8686976c4bf0c77b9204af6f49195c1f6cc0b83b61686', '\xeeecb9c642b11628f3cc19996128b05a06222c4bf38a356363a6c505b359a099', '\x0200020001000100020001');
INSERT INTO public.ballot_box VALUES (2, '\x5930d7f0a38b02cdfef95fb81e3e8ce79d48358c70e0ac889fe879491359b108', 237331800303861049, '\x78be640a89282de443b5c70f559a287f7d21abb49492dec52aade4bc9a22e8ef', '\xc838d3cfe63fa3eedbcae9b4944649eacf97f707d4a3b275741a838277165139', '\x02000100010001');
INSERT INTO public.ballot_box VALUES (2, '\x9f1a230c8555871c9813c9b2106046593f6ea7e200516d3c020a2eb3c39a33ef', 221154774063115978, '\xa4dcde9492c2765b9e2a3d3f782ddc901f8ffa84f9f658336f742ef2dd0b137f', '\xd5c203231b7f3aac0656c521c14901d2fb6b131e06e5f8f4d363f87da360bca7', '\x02000100010001');
INSERT INTO public.ballot_box VALUES (2, '\xa319add29e87102a6de02c3f97b09217a966a8245de284dc9cc34bf2bb47e5e2', 1028785851796460372, '\xd92a5fcdd37f79b1bddca90c776e020b9bd626b4e14258e6f229fd6c775121fe', '\x264f9e344057d275746bd1fb1d52dcfd0ced85ffd7e2fa023022658ddc7d5fe6', '\x02000100010001');
INSERT INTO public.ballot_box VALUES (2, '\xda2522a1cb34caa1f7185b207adb6fb3a8558ca217fc3558e6216546d5091c7a', 265699021005202643, '\xec799e4d6da31687d2d37b59111699958613b4aa01923133cffa66abf4c6e9af', '\x4f9bd2214c59b0d3a5a142ee1e43f4b0881aa0fabd65f8585f8b607eb7f7fe51', '\x0200020001000100020001');


--
-- Data for Name: ballot_history; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ballot_history VALUES (1, 1, 1795631400000000, '{"type":"opened","eligible":5}');
INSERT INTO public.ballot_history VALUES (1, 2, 1795631400000000, '{"type":"closed","eligible":5,"voted":3}');
INSERT INTO public.ballot_history VALUES (2, 1, 1795631400000000, '{"type":"opened","eligible":5}');
INSERT INTO public.ballot_history VALUES (2, 2, 1795631400000000, '{"type":"closed","eligible":5,"voted":5}');
INSERT INTO public.ballot_history VALUES (3, 1, 1795631400000000, '{"type":"opened","eligible":5}');


--
-- Data for Name: ballot_inbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ballot_inbox VALUES (3, '\x0ff509f88261d0d85dbfbe45f3908d6234edc7f06bb78641fa36e69133d60b2c', '\xe0c8a5e266c02613e7e6dbc3531f3b6c1a6efb97708241679c14cfc8c1e20f56e0d1bb3f7fb04fe277e70248432a74f07946c880e2f19d24a3c09840a2a4392517b3bcdabf4aa9aab050120c95fe531ef502c06fd065fd583d8afec617264b5bb8f7e6fa3bfc4fbd1fb2638901eaed28fa9378bfbd9819aa39b3e6406fcf2a11043493c2aded994f59ae64f4cf8c0c93fd05dcb988042b3ec0');
INSERT INTO public.ballot_inbox VALUES (3, '\x5ae9a18b4c288d1ac6d61ef443a531d4f6ed378faebb757c22fabee8e49a70c7', '\x692f65546b7ae7def2103f5e01be308431cbae516f282260ba3c63bd58dd03c294617143894868ee5e9daa3c5cbd0bebe32fb99bffaabcdd371ff7904748e6aa1c2f1e0917c5d5bdc12a298369aa74ffb10b710ae185a8da7bfa2da4367c7ca5a5b377e9db246c7596e97fa4c82e3d17ba9008e665cf8248cad029683557c0fff7bcb3f73ed821f78f47b7386934fac577701cebe99ff83a6d');
INSERT INTO public.ballot_inbox VALUES (3, '\x6c2d2069059fc5aef0f3a1b984c15a4721246bf134485ba770bf9109c7810f7b', '\x35ef25ad05724736633fe3da11a82bca9f27accccc30835d018fe1cced1f2367e157cdb1c8b7db4ec33287c4a11afe266e5294e16745cfa9d8ebf1ff4a4d79969f1bc24560602e6916e0040302453b1d6d15731fa47037069930f5298311036b5969e2e6b43b5fc7084e75c5865bc4469ce043e500b88495be01ec9dfa73327d0e51e551954b411cf779639cfa5717690f97b6aa43ff89cfcd');


--
-- Data for Name: ballots; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ballots OVERRIDING SYSTEM VALUE VALUES (3, '01a213f8-c440-7024-80e5-912bc7429091', 1, 'award', '{"title":"European Cluster Manager of the Year","question":"Who should be European Cluster Manager of the Year?","kind":"award","method":{"type":"plurality"},"candidates":[{"id":"01a213f8-c440-7f25-acc6-cca93ca59401","name":"Zoë Łukaszewicz-Ó Briain","country":"PL"},{"id":"01a213f8-c440-7550-babc-01049ca15b4c","name":"Jānis Bērziņš","country":"LV"},{"id":"01a213f8-c440-77f6-b277-4dfcd02d06dd","name":"María Ñíguez","country":"ES"}],"allow_blank":true,"eligibility":{},"tie_rule":{"type":"jury"},"disclosure":"full"}', 'open', NULL, NULL, NULL, '\x7b22616c6c6f775f626c616e6b223a747275652c2262616c6c6f74223a2230316132313366382d633434302d373032342d383065352d393132626337343239303931222c2263616e64696461746573223a5b7b22636f756e747279223a22504c222c226964223a2230316132313366382d633434302d376632352d616363362d636361393363613539343031222c226e616d65223a225a6fc3ab20c581756b61737a657769637a2dc3932042726961696e227d2c7b22636f756e747279223a224c56222c226964223a2230316132313366382d633434302d373535302d626162632d303130343963613135623463222c226e616d65223a224ac4816e69732042c493727a69c586c5a1227d2c7b22636f756e747279223a224553222c226964223a2230316132313366382d633434302d373766362d623237372d346466636430326430366464222c226e616d65223a224d6172c3ad6120c391c3ad6775657a227d5d2c22646973636c6f73757265223a2266756c6c222c22656c69676962696c697479223a7b7d2c22666f726d6174223a2275726e61206d616e6966657374207631222c226b696e64223a226177617264222c226d6574686f64223a7b2274797065223a22706c7572616c697479227d2c227175657374696f6e223a2257686f2073686f756c64206265204575726f7065616e20436c7573746572204d616e61676572206f662074686520596561723f222c227469655f72756c65223a7b2274797065223a226a757279227d2c227469746c65223a224575726f7065616e20436c7573746572204d616e61676572206f66207468652059656172227d', NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.ballots OVERRIDING SYSTEM VALUE VALUES (2, '01a213f8-c440-79a9-9ba6-f00103b95a86', 1, 'themes', '{"title":"European Cluster Manager of the Year","question":"Who should be European Cluster Manager of the Year?","kind":"award","method":{"type":"approval","max_choices":2},"candidates":[{"id":"01a213f8-c440-7be0-9abd-e4ea7b7ef10e","name":"Zoë Łukaszewicz-Ó Briain","country":"PL"},{"id":"01a213f8-c440-7c25-873e-1c5d485000fc","name":"Jānis Bērziņš","country":"LV"},{"id":"01a213f8-c440-7fb1-b8f2-0cbb125d24b3","name":"María Ñíguez","country":"ES"}],"allow_blank":true,"eligibility":{},"tie_rule":{"type":"jury"},"disclosure":"full"}', 'closed', NULL, NULL, 1795631400000000, '\x7b22616c6c6f775f626c616e6b223a747275652c2262616c6c6f74223a2230316132313366382d633434302d373961392d396261362d663030313033623935613836222c2263616e64696461746573223a5b7b22636f756e747279223a22504c222c226964223a2230316132313366382d633434302d376265302d396162642d653465613762376566313065222c226e616d65223a225a6fc3ab20c581756b61737a657769637a2dc3932042726961696e227d2c7b22636f756e747279223a224c56222c226964223a2230316132313366382d633434302d376332352d383733652d316335643438353030306663222c226e616d65223a224ac4816e69732042c493727a69c586c5a1227d2c7b22636f756e747279223a224553222c226964223a2230316132313366382d633434302d376662312d623866322d306362623132356432346233222c226e616d65223a224d6172c3ad6120c391c3ad6775657a227d5d2c22646973636c6f73757265223a2266756c6c222c22656c69676962696c697479223a7b7d2c22666f726d6174223a2275726e61206d616e6966657374207631222c226b696e64223a226177617264222c226d6574686f64223a7b226d61785f63686f69636573223a322c2274797065223a22617070726f76616c227d2c227175657374696f6e223a2257686f2073686f756c64206265204575726f7065616e20436c7573746572204d616e61676572206f662074686520596561723f222c227469655f72756c65223a7b2274797065223a226a757279227d2c227469746c65223a224575726f7065616e20436c7573746572204d616e61676572206f66207468652059656172227d', 1795631400000000, 5, 5, NULL, '\xe0685b644e7508f4857c2d030b3bec7a2f5d8ed2ee03f3395e6783e2a955fbe9');
INSERT INTO public.ballots OVERRIDING SYSTEM VALUE VALUES (1, '01a213f8-c440-75b3-8135-0cd7abde9347', 1, 'last-year', '{"title":"European Cluster Manager of the Year","question":"Who should be European Cluster Manager of the Year?","kind":"award","method":{"type":"plurality"},"candidates":[{"id":"01a213f8-c440-7467-a066-212d70fcb0d8","name":"Zoë Łukaszewicz-Ó Briain","country":"PL"},{"id":"01a213f8-c440-7548-a54a-3ce0b1376258","name":"Jānis Bērziņš","country":"LV"},{"id":"01a213f8-c440-7850-a663-27fc8d3e37f1","name":"María Ñíguez","country":"ES"}],"allow_blank":true,"eligibility":{},"tie_rule":{"type":"jury"},"disclosure":"full"}', 'published', NULL, NULL, 1795631400000000, '\x7b22616c6c6f775f626c616e6b223a747275652c2262616c6c6f74223a2230316132313366382d633434302d373562332d383133352d306364376162646539333437222c2263616e64696461746573223a5b7b22636f756e747279223a22504c222c226964223a2230316132313366382d633434302d373436372d613036362d323132643730666362306438222c226e616d65223a225a6fc3ab20c581756b61737a657769637a2dc3932042726961696e227d2c7b22636f756e747279223a224c56222c226964223a2230316132313366382d633434302d373534382d613534612d336365306231333736323538222c226e616d65223a224ac4816e69732042c493727a69c586c5a1227d2c7b22636f756e747279223a224553222c226964223a2230316132313366382d633434302d373835302d613636332d323766633864336533376631222c226e616d65223a224d6172c3ad6120c391c3ad6775657a227d5d2c22646973636c6f73757265223a2266756c6c222c22656c69676962696c697479223a7b7d2c22666f726d6174223a2275726e61206d616e6966657374207631222c226b696e64223a226177617264222c226d6574686f64223a7b2274797065223a22706c7572616c697479227d2c227175657374696f6e223a2257686f2073686f756c64206265204575726f7065616e20436c7573746572204d616e61676572206f662074686520596561723f222c227469655f72756c65223a7b2274797065223a226a757279227d2c227469746c65223a224575726f7065616e20436c7573746572204d616e61676572206f66207468652059656172227d', 1795631400000000, 5, 3, NULL, '\x386b9990bf9c3b88a4bd32b708a3a155486b1a5ec96af9bb3b162020812c239e');


--
-- Data for Name: box_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.box_keys VALUES (3, '\x02154ffe4acb9fd213926b2240bcbdcdd3945f33811472f2547559edd92e398a8e5638da03d8aa713c69a4e3e6455c5d62ea4e026f25641407f5366df0e79ae78af195306704358a');


--
-- Data for Name: cancelled_codes; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: conferences; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conferences OVERRIDING SYSTEM VALUE VALUES (1, '01a213f8-c440-7552-83b0-9cdbb4fa34e6', 'eccp-2099', 'European Cluster Conference', '2026-11-25', '2099-12-31', 'Europe/Brussels', '["en"]', 'open', '[]', NULL);


--
-- Data for Name: logos; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: organiser_sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organiser_sessions VALUES ('\x0176d3ebed12c0156d28f001ad8fda56b3635ed8731090bff216d989cdd2a947', 1, 1795631400000000, 1795660200000000);


--
-- Data for Name: organisers; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organisers OVERRIDING SYSTEM VALUE VALUES (1, '01a213f8-c440-725d-ada1-38463f290f6e', 'olga@organisers.example', '$argon2id$v=19$m=19456,t=2,p=1$aTbO8Ee3UCSPlaxd287btw$v4qqpBBUOqOoMN2kCwnEGxmuUyUSBOGzWwDPmvlaPrM', 'owner', 1795631400000000, NULL);


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, 6, 'personal_link', 1795631400000000, 0, 1795631400000000, NULL, NULL);


--
-- Data for Name: participations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.participations VALUES (1, 1);
INSERT INTO public.participations VALUES (1, 2);
INSERT INTO public.participations VALUES (1, 3);
INSERT INTO public.participations VALUES (2, 1);
INSERT INTO public.participations VALUES (2, 2);
INSERT INTO public.participations VALUES (2, 3);
INSERT INTO public.participations VALUES (2, 4);
INSERT INTO public.participations VALUES (2, 5);
INSERT INTO public.participations VALUES (3, 1);
INSERT INTO public.participations VALUES (3, 2);
INSERT INTO public.participations VALUES (3, 3);


--
-- Data for Name: personal_links; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.personal_links VALUES ('\xeb0bed7cbe5f28b8f3439369e30ac427ccf74aa715f1bea5697b70a4431381aa', 1, 1);
INSERT INTO public.personal_links VALUES ('\xdc947bf01943e60ec71ccb76bd393692b6b8d39e8734d7e5261aa7c0ff12c9f0', 2, 1);
INSERT INTO public.personal_links VALUES ('\x4a66b53f256a885ada2a255e4b2b973c51fce0fc584390229297479dda78cdb4', 3, 1);
INSERT INTO public.personal_links VALUES ('\x4cf5e9522cb04ffd5e644646dcc44211a88d1f59aff6be48e1365c8401a0bef9', 4, 1);
INSERT INTO public.personal_links VALUES ('\xc23bda4a95372c5177a767f488fffcb60e4430ce2004d71f47312e248a2702e0', 5, 1);
INSERT INTO public.personal_links VALUES ('\xaf2c9af1a7f3530a245b37e1d2dcecd582b35af0bcdbd364c822812c38115e8c', 6, 1);


--
-- Data for Name: portraits; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: publications; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.publications VALUES (1, 1, 1795631400000000, NULL, '{"ballot_id":"01a213f8-c440-75b3-8135-0cd7abde9347","version":1,"published_at":"2026-11-25T18:30:00Z","title":"European Cluster Manager of the Year","original_language":null,"method":{"type":"plurality"},"eligible":5,"voted":3,"counted":3,"blank":0,"unreadable":0,"rows":[{"candidate_id":"01a213f8-c440-7467-a066-212d70fcb0d8","name":"Zoë Łukaszewicz-Ó Briain","rank":1,"votes":2,"share":"0.6667","withdrawn":false,"elected":true},{"candidate_id":"01a213f8-c440-7548-a54a-3ce0b1376258","name":"Jānis Bērziņš","rank":2,"votes":1,"share":"0.3333","withdrawn":false,"elected":false},{"candidate_id":"01a213f8-c440-7850-a663-27fc8d3e37f1","name":"María Ñíguez","rank":3,"votes":0,"share":"0.0000","withdrawn":false,"elected":false}],"outcome":{"type":"elected","candidates":["01a213f8-c440-7467-a066-212d70fcb0d8"]},"derivation":[{"step":"set_blank_aside","voted":3,"blank":0,"counted":3},{"step":"count","votes":[["01a213f8-c440-7467-a066-212d70fcb0d8",2],["01a213f8-c440-7548-a54a-3ce0b1376258",1],["01a213f8-c440-7850-a663-27fc8d3e37f1",0]]},{"step":"most_votes","votes":2,"candidates":["01a213f8-c440-7467-a066-212d70fcb0d8"]}],"statement_sha256":"386b9990bf9c3b88a4bd32b708a3a155486b1a5ec96af9bb3b162020812c239e"}', 'urna publication v1
01a213f8-c440-75b3-8135-0cd7abde9347
statement 386b9990bf9c3b88a4bd32b708a3a155486b1a5ec96af9bb3b162020812c239e
version 1
at 2026-11-25T18:30:00Z
tie-break null
withdrawals []
looks 0
note null
previous null

— urna vkQGgBJzhclcfW2duW4uc75YsydMAwuZQy1/B6tOJbZDcIKQLgk21k3p3huVr5zqhozYAJ4BHvLQqCzOxwO/RcCh3wY=
');


--
-- Data for Name: service; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.service VALUES (1, '\xbc57353d203189b91376291dff87a977143cb3af76f479d8ff2f51e36d0271ac', 1795631400000000);


--
-- Data for Name: statements; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.statements VALUES (1, '{"blank":0,"counted":3,"derivation":[{"blank":0,"counted":3,"step":"set_blank_aside","voted":3},{"step":"count","votes":[["01a213f8-c440-7467-a066-212d70fcb0d8",2],["01a213f8-c440-7548-a54a-3ce0b1376258",1],["01a213f8-c440-7850-a663-27fc8d3e37f1",0]]},{"candidates":["01a213f8-c440-7467-a066-212d70fcb0d8"],"step":"most_votes","votes":2}],"outcome":{"candidates":["01a213f8-c440-7467-a066-212d70fcb0d8"],"type":"elected"},"rows":[{"candidate":"01a213f8-c440-7467-a066-212d70fcb0d8","elected":true,"rank":1,"share":"0.6667","votes":2,"withdrawn":false},{"candidate":"01a213f8-c440-7548-a54a-3ce0b1376258","elected":false,"rank":2,"share":"0.3333","votes":1,"withdrawn":false},{"candidate":"01a213f8-c440-7850-a663-27fc8d3e37f1","elected":false,"rank":3,"share":"0.0000","votes":0,"withdrawn":false}],"voted":3}', '[{"at":"2026-11-25T18:30:00Z","eligible":5,"type":"opened"},{"at":"2026-11-25T18:30:00Z","eligible":5,"type":"closed","voted":3}]', 'urna statement v1
01a213f8-c440-75b3-8135-0cd7abde9347
manifest 60179bbecaa3753d6479bf249fd8a49cb8e7b4dbc789c59ec37e14e89af06df7
commitments 2ec143214d7c9787a6c8d742b41f6a9df8e00cbc1efe3a417dee6cd2aac0add8
openings 5edcd8865fc59e5608dcf2cccd994a7274cc8870619e1ee1d5a1624ca0814d75
tally 1fcb72ff9955d8cadc0e35434ba4c2ebef116a99100c1b6583b80ad0c578560d
history f006c5971ac30a6f362e70f6a6774bab0fb54645f1b55c0829c9eb64141c3f84
eligible 5
participations 3
votes 3
counted 3
blank 0

— urna vkQGgJECgeQeMTABADtuTDVuY/LYPiY+jq/8B6V3/S5y5ABqpO/1Rg9QdwLiFeW/YTjax4H/fRaq0YOvKk55g4pFPQ4=
');
INSERT INTO public.statements VALUES (2, '{"blank":0,"counted":5,"derivation":[{"blank":0,"counted":5,"step":"set_blank_aside","voted":5},{"step":"count","votes":[["01a213f8-c440-7be0-9abd-e4ea7b7ef10e",0],["01a213f8-c440-7c25-873e-1c5d485000fc",5],["01a213f8-c440-7fb1-b8f2-0cbb125d24b3",2]]},{"candidates":["01a213f8-c440-7c25-873e-1c5d485000fc"],"step":"most_votes","votes":5}],"outcome":{"candidates":["01a213f8-c440-7c25-873e-1c5d485000fc"],"type":"elected"},"rows":[{"candidate":"01a213f8-c440-7c25-873e-1c5d485000fc","elected":true,"rank":1,"share":"1.0000","votes":5,"withdrawn":false},{"candidate":"01a213f8-c440-7fb1-b8f2-0cbb125d24b3","elected":false,"rank":2,"share":"0.4000","votes":2,"withdrawn":false},{"candidate":"01a213f8-c440-7be0-9abd-e4ea7b7ef10e","elected":false,"rank":3,"share":"0.0000","votes":0,"withdrawn":false}],"voted":5}', '[{"at":"2026-11-25T18:30:00Z","eligible":5,"type":"opened"},{"at":"2026-11-25T18:30:00Z","eligible":5,"type":"closed","voted":5}]', 'urna statement v1
01a213f8-c440-79a9-9ba6-f00103b95a86
manifest 7ee47e08d601ebe23d0cdcd34e1e5d60b505f80e0e6ea25e6586c28c76ae2736
commitments 55e346fd836f73a50fa5d570a44a421af0b423ffa9dc0e4a3b41b1bcb32faafd
openings 5ecc4ffbb54ee1f7584016ae679055a96b1bb2752338dc998a5c6d5ddf339dea
tally 6de2ebbc1a2e12838610e13b7062010baff12e46a4212e148baadd5c777b72f9
history 9b2dba21f828634e0905da9d1ce31ede410b7137bcd2ef1d36b751d22e6bb00e
eligible 5
participations 5
votes 5
counted 5
blank 0

— urna vkQGgCoaVdRU2Muqal+5vvjGWL2hRk5urH7sFgr8285qLMA6uhvPhh8zRDD1J21P7RakHtNDVNlmV43ajxOM0zVc8QY=
');


--
-- Data for Name: tie_breaks; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: withdrawals; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: attendees_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.attendees_id_seq', 6, true);


--
-- Name: ballots_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.ballots_id_seq', 3, true);


--
-- Name: conferences_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.conferences_id_seq', 1, true);


--
-- Name: organisers_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.organisers_id_seq', 1, true);


--
-- Name: outbox_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_id_seq', 1, true);


--
-- Name: _sqlx_migrations _sqlx_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);


--
-- Name: attendee_sessions attendee_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendee_sessions
    ADD CONSTRAINT attendee_sessions_pkey PRIMARY KEY (token_hash);


--
-- Name: attendees attendees_conference_id_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendees
    ADD CONSTRAINT attendees_conference_id_email_key UNIQUE (conference_id, email);


--
-- Name: attendees attendees_conference_id_external_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendees
    ADD CONSTRAINT attendees_conference_id_external_id_key UNIQUE (conference_id, external_id);


--
-- Name: attendees attendees_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendees
    ADD CONSTRAINT attendees_pkey PRIMARY KEY (id);


--
-- Name: attendees attendees_uuid_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendees
    ADD CONSTRAINT attendees_uuid_key UNIQUE (uuid);


--
-- Name: audit_events audit_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (number);


--
-- Name: badge_codes badge_codes_conference_id_locator_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badge_codes
    ADD CONSTRAINT badge_codes_conference_id_locator_key UNIQUE (conference_id, locator);


--
-- Name: badge_codes badge_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badge_codes
    ADD CONSTRAINT badge_codes_pkey PRIMARY KEY (attendee_id);


--
-- Name: ballot_box ballot_box_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballot_box
    ADD CONSTRAINT ballot_box_pkey PRIMARY KEY (ballot_id, commitment);


--
-- Name: ballot_history ballot_history_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballot_history
    ADD CONSTRAINT ballot_history_pkey PRIMARY KEY (ballot_id, number);


--
-- Name: ballot_inbox ballot_inbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballot_inbox
    ADD CONSTRAINT ballot_inbox_pkey PRIMARY KEY (ballot_id, slot);


--
-- Name: ballots ballots_conference_id_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballots
    ADD CONSTRAINT ballots_conference_id_slug_key UNIQUE (conference_id, slug);


--
-- Name: ballots ballots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballots
    ADD CONSTRAINT ballots_pkey PRIMARY KEY (id);


--
-- Name: ballots ballots_uuid_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballots
    ADD CONSTRAINT ballots_uuid_key UNIQUE (uuid);


--
-- Name: box_keys box_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.box_keys
    ADD CONSTRAINT box_keys_pkey PRIMARY KEY (ballot_id);


--
-- Name: cancelled_codes cancelled_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cancelled_codes
    ADD CONSTRAINT cancelled_codes_pkey PRIMARY KEY (code, ballot_id);


--
-- Name: conferences conferences_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conferences
    ADD CONSTRAINT conferences_pkey PRIMARY KEY (id);


--
-- Name: conferences conferences_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conferences
    ADD CONSTRAINT conferences_slug_key UNIQUE (slug);


--
-- Name: conferences conferences_uuid_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conferences
    ADD CONSTRAINT conferences_uuid_key UNIQUE (uuid);


--
-- Name: logos logos_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logos
    ADD CONSTRAINT logos_pkey PRIMARY KEY (conference_id);


--
-- Name: organiser_sessions organiser_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organiser_sessions
    ADD CONSTRAINT organiser_sessions_pkey PRIMARY KEY (token_hash);


--
-- Name: organisers organisers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisers
    ADD CONSTRAINT organisers_pkey PRIMARY KEY (id);


--
-- Name: organisers organisers_uuid_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisers
    ADD CONSTRAINT organisers_uuid_key UNIQUE (uuid);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);


--
-- Name: participations participations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_pkey PRIMARY KEY (ballot_id, attendee_id);


--
-- Name: personal_links personal_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.personal_links
    ADD CONSTRAINT personal_links_pkey PRIMARY KEY (token_hash);


--
-- Name: portraits portraits_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.portraits
    ADD CONSTRAINT portraits_pkey PRIMARY KEY (ballot_id, candidate);


--
-- Name: publications publications_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_pkey PRIMARY KEY (ballot_id, version);


--
-- Name: service service_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);


--
-- Name: statements statements_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT statements_pkey PRIMARY KEY (ballot_id);


--
-- Name: tie_breaks tie_breaks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tie_breaks
    ADD CONSTRAINT tie_breaks_pkey PRIMARY KEY (ballot_id);


--
-- Name: withdrawals withdrawals_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_pkey PRIMARY KEY (ballot_id, candidate);


--
-- Name: attendee_sessions_attendee; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attendee_sessions_attendee ON public.attendee_sessions USING btree (attendee_id);


--
-- Name: audit_events_ballot; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_events_ballot ON public.audit_events USING btree (ballot, number);


--
-- Name: audit_events_conference; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_events_conference ON public.audit_events USING btree (conference, number);


--
-- Name: ballot_box_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ballot_box_code ON public.ballot_box USING btree (code);


--
-- Name: organiser_sessions_organiser; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX organiser_sessions_organiser ON public.organiser_sessions USING btree (organiser_id);


--
-- Name: organisers_active_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX organisers_active_email ON public.organisers USING btree (email) WHERE (disabled_at IS NULL);


--
-- Name: outbox_attendee; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_attendee ON public.outbox USING btree (attendee_id, created_at);


--
-- Name: outbox_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_due ON public.outbox USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);


--
-- Name: personal_links_attendee; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX personal_links_attendee ON public.personal_links USING btree (attendee_id);


--
-- Name: portraits_by_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX portraits_by_hash ON public.portraits USING btree (sha256);


--
-- Name: attendee_sessions attendee_sessions_attendee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendee_sessions
    ADD CONSTRAINT attendee_sessions_attendee_id_fkey FOREIGN KEY (attendee_id) REFERENCES public.attendees(id) ON DELETE CASCADE;


--
-- Name: attendees attendees_conference_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attendees
    ADD CONSTRAINT attendees_conference_id_fkey FOREIGN KEY (conference_id) REFERENCES public.conferences(id);


--
-- Name: badge_codes badge_codes_attendee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badge_codes
    ADD CONSTRAINT badge_codes_attendee_id_fkey FOREIGN KEY (attendee_id) REFERENCES public.attendees(id) ON DELETE CASCADE;


--
-- Name: badge_codes badge_codes_conference_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.badge_codes
    ADD CONSTRAINT badge_codes_conference_id_fkey FOREIGN KEY (conference_id) REFERENCES public.conferences(id);


--
-- Name: ballot_history ballot_history_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballot_history
    ADD CONSTRAINT ballot_history_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id) ON DELETE CASCADE;


--
-- Name: ballots ballots_conference_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ballots
    ADD CONSTRAINT ballots_conference_id_fkey FOREIGN KEY (conference_id) REFERENCES public.conferences(id);


--
-- Name: box_keys box_keys_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.box_keys
    ADD CONSTRAINT box_keys_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id);


--
-- Name: logos logos_conference_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.logos
    ADD CONSTRAINT logos_conference_id_fkey FOREIGN KEY (conference_id) REFERENCES public.conferences(id);


--
-- Name: organiser_sessions organiser_sessions_organiser_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organiser_sessions
    ADD CONSTRAINT organiser_sessions_organiser_id_fkey FOREIGN KEY (organiser_id) REFERENCES public.organisers(id) ON DELETE CASCADE;


--
-- Name: outbox outbox_attendee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_attendee_id_fkey FOREIGN KEY (attendee_id) REFERENCES public.attendees(id) ON DELETE CASCADE;


--
-- Name: personal_links personal_links_attendee_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.personal_links
    ADD CONSTRAINT personal_links_attendee_id_fkey FOREIGN KEY (attendee_id) REFERENCES public.attendees(id) ON DELETE CASCADE;


--
-- Name: portraits portraits_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.portraits
    ADD CONSTRAINT portraits_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id) ON DELETE CASCADE;


--
-- Name: publications publications_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id);


--
-- Name: statements statements_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT statements_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id);


--
-- Name: tie_breaks tie_breaks_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tie_breaks
    ADD CONSTRAINT tie_breaks_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id);


--
-- Name: withdrawals withdrawals_ballot_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_ballot_id_fkey FOREIGN KEY (ballot_id) REFERENCES public.ballots(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

\unrestrict fOjPOoDZErCULJ2xMxocQaH4SIfJMwBVRVWO4dt5zMCtfY0jfHn84wenf6ZPtik

