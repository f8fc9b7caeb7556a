//! Behind a real nginx, with the configuration that `docs/operations.md` shows.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use urna_core::Role;
use urna_tests::{Api, Cases, Instance, World, cases, nginx, repository, tracker};

pub(super) fn cases() -> Cases {
    if nginx().is_none() {
        return Cases::default();
    }
    cases! {
        on_each_engine:
            behind_nginx_people_vote_and_nothing_private_is_written_down,
            what_nginx_compresses_can_still_be_changed_by_its_tag,
            a_rehearsal_behind_a_password_and_another_name_works;
    }
}

/// An nginx in front of an instance, which has nginx's address as its public address.
struct Proxy {
    process: Child,
    folder: TempDir,
    _instance: Instance,
    url: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}

/// The configuration in the documentation.
fn documented() -> String {
    let text = repository::read("docs/operations.md");
    let (_, block) = text.split_once("```nginx\n").unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

impl Proxy {
    /// Starts it with the documented configuration after this change.
    async fn start(world: &World, change: impl Fn(String) -> String) -> Self {
        loop {
            // Free a moment ago; if another program took it, nginx ends.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let url = format!("http://localhost:{port}");
            let instance = world.instance_at(&url).await;
            let folder = tempfile::Builder::new().prefix("urna-nginx-").tempdir().unwrap();
            let process = Self::run(&folder, port, &instance, &change);
            let mut proxy = Self { process, folder, _instance: instance, url };
            if proxy.is_up(port) {
                return proxy;
            }
        }
    }

    fn run(folder: &TempDir, port: u16, instance: &Instance, change: impl Fn(String) -> String) -> Child {
        let at = |name: &str| folder.path().join(name).display().to_string();
        let upstream = instance.api().base().trim_start_matches("http://").to_owned();
        let site = change(documented());
        let site: String = site.lines().filter(|line| !line.contains("ssl_certificate")).collect::<Vec<_>>().join("\n");
        assert!(site.contains("127.0.0.1:8080") && site.contains("listen 443 ssl;"), "{site}");
        let site = site
            .replace("127.0.0.1:8080", &upstream)
            .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
            .replace("/var/log/nginx/access.log", &at("access.log"));
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|kind| format!("{kind}_temp_path {};", at(kind))).join("\n");
        let whole = format!(
            "daemon off;\nmaster_process off;\nerror_log {} warn;\npid {};\nevents {{}}\nhttp {{\n{temporary}{site}\n}}\n",
            at("error.log"),
            at("pid"),
        );
        fs::write(folder.path().join("nginx.conf"), whole).unwrap();
        let mut command = Command::new(nginx().unwrap());
        command.arg("-p").arg(folder.path()).arg("-c").arg("nginx.conf").stdin(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Waits until it accepts connections, or has ended.
    fn is_up(&mut self, port: u16) -> bool {
        loop {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            if self.process.try_wait().unwrap().is_some() {
                let log = fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default();
                assert!(log.contains("Address already in use"), "{log}");
                return false;
            }
            std::thread::yield_now();
        }
    }

    fn api(&self) -> Api {
        Api::new(self.url.clone())
    }
}

/// The cookie in a response.
fn cookie(answer: &urna_tests::Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

async fn behind_nginx_people_vote_and_nothing_private_is_written_down(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let ballot = organiser.open_ballot("eccp-2026", "award").await;
    let proxy = Proxy::start(world, |site| site).await;
    let api = proxy.api();
    let shown = api.get("/eccp-2026").await.expect(200);
    assert!(shown.header("content-security-policy").starts_with("default-src 'none'"));
    let link = format!("/l/{}", voter.link);
    let signed_in = api.request(Method::POST, &link).header("origin", proxy.url.as_str());
    let signed_in = Api::send(signed_in).await.expect(303);
    let page = api.request(Method::GET, signed_in.header("location")).header("cookie", cookie(&signed_in));
    assert!(Api::send(page).await.expect(200).body.contains("Anna"));
    let cast = api.with_token(voter.api.token().unwrap()).cast(&ballot, 0, &tracker()).await.expect(201);
    let picture = api.with_token(organiser.token().unwrap()).request(Method::PUT, "conferences/eccp-2026/logo");
    let picture = picture.header("content-type", "image/png").body(vec![0; 5 * 1024 * 1024]);
    Api::send(picture).await.refused(422, "validation-failed");
    let code = cast.text("/receipt/code");
    let _found = api.get(&format!("receipts/{code}")).await.expect(200);
    let _found = api.get(&format!("/receipts/{code}")).await.expect(200);
    // Written by the time the next request is answered.
    let log = fs::read_to_string(proxy.folder.path().join("access.log")).unwrap();
    assert!(log.contains("/eccp-2026"), "{log}");
    for private in [voter.link.as_str(), code.as_str(), ballot.id.as_str()] {
        assert!(!log.contains(private), "{log}");
    }
}

async fn what_nginx_compresses_can_still_be_changed_by_its_tag(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let proxy = Proxy::start(world, |site| site).await;
    let organiser = proxy.api().with_token(organiser.token().unwrap());
    let path = "conferences/eccp-2026";
    let packed = Api::send(organiser.request(Method::GET, path).header("accept-encoding", "gzip")).await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let tag = packed.header("etag").to_owned();
    assert!(tag.starts_with("W/"), "nginx compresses, so it weakens: {tag}");
    let change = || organiser.request(Method::PATCH, path).header("if-match", &tag).json(&json!({"name": "Changed"}));
    let _changed = Api::send(change()).await.expect(200);
    Api::send(change()).await.refused(412, "precondition-failed");
}

async fn a_rehearsal_behind_a_password_and_another_name_works(world: &World) {
    let organiser = world.organiser(Role::Organiser).await;
    organiser.add_conference("eccp-2026", "open").await;
    let voter = organiser.voter("eccp-2026", "Anna").await;
    let proxy = Proxy::start(world, |site| {
        // Without this line nginx passes its own upstream as the host. Some configurations also pass the port with the
        // client's address.
        let site =
            site.replace("proxy_set_header Host $host;", "auth_basic rehearsal;\nauth_basic_user_file passwords;");
        site.replace("$proxy_add_x_forwarded_for", "$remote_addr:$remote_port")
    })
    .await;
    fs::write(proxy.folder.path().join("passwords"), "rehearsal:{PLAIN}secret\n").unwrap();
    let api = proxy.api();
    let _asked = api.get("/eccp-2026").await.expect(401);
    let send = async |method: Method, path: &str, cookie: Option<&str>| {
        let request =
            api.request(method, path).basic_auth("rehearsal", Some("secret")).header("origin", proxy.url.as_str());
        Api::send(match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        })
        .await
    };
    let led = send(Method::GET, &format!("/l/{}?utm_source=mail", voter.link), None).await.expect(303);
    assert_eq!(led.header("location"), format!("/l/{}", voter.link), "an address without a host: the proxy's stays");
    let signed_in = send(Method::POST, &format!("/l/{}", voter.link), None).await.expect(303);
    let page = send(Method::GET, "/eccp-2026", Some(&cookie(&signed_in))).await.expect(200);
    assert!(page.body.contains("Anna"), "{}", page.body);
    let mark = page.body.split("name=\"for\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let request = api.request(Method::POST, "/sign-out").basic_auth("rehearsal", Some("secret"));
    let request = request.header("origin", proxy.url.as_str()).header("cookie", cookie(&signed_in));
    let form = request.header("content-type", "application/x-www-form-urlencoded").body(format!("for={mark}"));
    let _out = Api::send(form).await.expect(303);
}
