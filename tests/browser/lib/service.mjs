// A service for each test file, and the API to set up its scene.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const OWNER = { email: "owner@urna.example", password: "a long password that nobody knows" };

/** The binary, as named by `cargo xtask browser`. */
const binary = () => {
  const named = process.env.URNA_BINARY;
  if (!named) throw new Error("URNA_BINARY names the binary; `cargo xtask browser` sets it");
  return named;
};

/** The engines at hand: PostgreSQL if a server is named in the environment. */
export const ENGINES = process.env.URNA_TEST_POSTGRES_URL ? ["SQLite", "PostgreSQL"] : ["SQLite"];

/** A database of its own on the server that is named in the environment. */
class Database {
  constructor() {
    this.name = `urna_browser_${randomUUID().replaceAll("-", "")}`;
    const url = new URL(process.env.URNA_TEST_POSTGRES_URL);
    url.pathname = `/${this.name}`;
    this.url = url.href;
    this.sql(`create database ${this.name}`);
  }

  sql(text) {
    const done = spawnSync(process.env.URNA_PSQL, ["--no-psqlrc", "--quiet", "--command", text, process.env.URNA_TEST_POSTGRES_URL]);
    if (done.status !== 0) throw new Error(`${text}: ${done.error ?? done.stderr}`);
  }

  drop() { this.sql(`drop database ${this.name} with (force)`); }
}

export class Service {
  /** Starts a service on a new database of this engine, and signs its owner in. */
  static async start(engine = "SQLite") {
    const folder = mkdtempSync(join(tmpdir(), "urna-browser-"));
    const environment = { PATH: process.env.PATH, URNA_DATA_DIR: join(folder, "data"), URNA_LOG: "warn" };
    const database = engine === "PostgreSQL" ? new Database() : null;
    if (database) {
      const secret = join(folder, "secret");
      writeFileSync(secret, randomBytes(32), { mode: 0o600 });
      Object.assign(environment, { URNA_DATABASE_URL: database.url, URNA_SECRET_FILE: secret });
    }
    const made = spawnSync(binary(), ["organiser", "create", OWNER.email, "--password-stdin"], { env: environment, cwd: folder, input: `${OWNER.password}\n` });
    if (made.status !== 0) throw new Error(`no organiser: ${made.stderr}`);
    const process_ = spawn(binary(), ["serve", "--listen", "127.0.0.1:0"], { env: environment, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const service = new Service(folder, process_, database);
    process_.stderr.on("data", (text) => { service.log += text; });
    const lines = createInterface({ input: process_.stdout });
    service.origin = await new Promise((done, failed) => {
      lines.once("line", (line) => done(line.match(/http:\/\/[^\s/]+/)[0]));
      process_.once("exit", () => failed(new Error(`the service ended: ${service.log}`)));
    });
    const session = await service.post("organiser-sessions", OWNER);
    service.token = session.token;
    return service;
  }

  constructor(folder, process_, database) {
    Object.assign(this, { folder, process: process_, database, log: "", token: null, people: 0 });
  }

  async stop() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGTERM");
    await ended;
    this.database?.drop();
    rmSync(this.folder, { recursive: true });
  }

  async request(method, path, body, token = this.token) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(`${this.origin}/api/v1/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  get(path, token) { return this.request("GET", path, undefined, token); }
  post(path, body, token) { return this.request("POST", path, body, token); }

  /** A conference; any of its fields can be overridden. */
  conference(slug, changes = {}) {
    return this.post("conferences", {
      slug, name: "European Cluster Conference 2026", starts_on: "2026-11-25", ends_on: "2099-11-27", time_zone: "Europe/Brussels",
      languages: ["en", "de", "fr"], registration: "open", ...changes,
    });
  }

  /** An attendee on the roll, with their personal link. */
  async attendee(conference, changes = {}) {
    this.people += 1;
    const person = { name: "Zoë Łukaszewicz-Ó Briain", email: `person${this.people}@cluster.example`, verified: true, ...changes };
    const { id } = await this.post(`conferences/${conference}/attendees`, person);
    return this.withLink(id, person.name);
  }

  /** An attendee who registered, with their personal link. */
  async registrant(conference, changes = {}) {
    this.people += 1;
    const person = { name: "Zoë Łukaszewicz-Ó Briain", email: `person${this.people}@cluster.example`, ...changes };
    await this.post(`conferences/${conference}/registrations`, person, null);
    const { items } = await this.get(`conferences/${conference}/attendees?limit=200`);
    return this.withLink(items.find(({ email }) => email === person.email).id, person.name);
  }

  async withLink(id, name) {
    const link = await this.post(`attendees/${id}/personal-links`, { deliver: "show" });
    return { id, name, path: new URL(link.url).pathname, token: link.token };
  }

  /** A draft. */
  ballot(conference, slug, changes = {}) {
    return this.post(`conferences/${conference}/ballots`, {
      slug, title: "European Cluster Manager of the Year", question: "Who should be European Cluster Manager of the Year?", kind: "award",
      method: { type: "plurality" }, allow_blank: true, tie_rule: { type: "jury" }, disclosure: "full",
      candidates: [
        { name: "Zoë Łukaszewicz-Ó Briain", organisation: "GreenTech Baltic Cluster", country: "PL", biography: "She has led the cluster since 2019.\n\nBefore that she built ships." },
        { name: "Jānis Bērziņš", organisation: "Smart Forest Cluster", country: "LV" },
        { name: "María Ñíguez", organisation: "Ceramics Valley", country: "ES", website: "https://ceramics.example/" },
      ],
      ...changes,
    });
  }

  /** The code for somebody's badge. */
  async badge(person) { return (await this.post(`attendees/${person.id}/badge-codes`, {})).code; }

  /** Gives a conference a logo. */
  async logo(conference, bytes) {
    const headers = { "Content-Type": "image/png", Authorization: `Bearer ${this.token}` };
    const answer = await fetch(`${this.origin}/api/v1/conferences/${conference}/logo`, { method: "PUT", headers, body: bytes });
    if (!answer.ok) throw new Error(`PUT logo: ${answer.status} ${await answer.text()}`);
  }

  /** Gives each candidate of a draft a portrait. */
  async portraits(ballot, images) {
    const headers = { "Content-Type": "image/jpeg", Authorization: `Bearer ${this.token}` };
    for (const [place, body] of images.entries()) {
      const answer = await fetch(`${this.origin}/api/v1/ballots/${ballot.id}/candidates/${ballot.candidates[place].id}/portrait`, { method: "PUT", headers, body });
      if (!answer.ok) throw new Error(`PUT portrait: ${answer.status} ${await answer.text()}`);
    }
  }

  transition(ballot, to, reason) { return this.post(`ballots/${ballot.id}/transitions`, reason ? { to, reason } : { to }); }

  async vote(ballot, person, candidate) {
    return this.choose(ballot, person, candidate === null ? { blank: true } : { candidate: ballot.candidates[candidate].id });
  }

  /** Casts a choice in the form of the API. */
  async choose(ballot, person, choice) {
    const session = await this.post("sessions", { personal_link: person.token }, null);
    return this.post(`ballots/${ballot.id}/votes`, { choice }, session.token);
  }

  save(name, bytes) { writeFileSync(join(this.folder, name), bytes); return join(this.folder, name); }
}
