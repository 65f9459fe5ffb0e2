//! `serve`: portal, desks, API, and the work that no person asks for.

use crate::folder::Folder;
use crate::notice::Post;
use crate::room::{Need, Room};
use crate::{Common, Ending, Out, Stop};
use desk::ports::Store;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How often other processes' entries are taken over and the checkpoint is published.
const FOLLOW: Duration = Duration::from_secs(1);
/// How often the day is looked at.
const LOOK: Duration = Duration::from_secs(60);
/// How often notices that are due are sent.
const POST: Duration = Duration::from_secs(30);
/// How long a request may still take after the order to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Most bytes of a table handed in over HTTP.
const UPLOAD_BYTES: usize = 256 << 20;

/// `serve`
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// 监听地址
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 前面有 HTTPS 网关：登录凭证只经 HTTPS 传送
    #[arg(long)]
    https: bool,
}

/// What distinguishes one site from another.
#[derive(Debug, Default)]
pub struct Site {
    /// Log-ins shown on the log-in page of a demo.
    pub logins: Vec<web::Login>,
    /// Cookies go over HTTPS only.
    pub secure: bool,
}

/// Who runs the site.
///
/// STORED: `site.toml` of the data folder, written by the operator. LOST: the pages name nobody.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct House {
    title: String,
    office: String,
    contact: String,
    icp: String,
    police: String,
    site_code: String,
}

impl House {
    fn read(folder: &Folder) -> Result<web::SiteConfig, Stop> {
        let path = folder.root.join("site.toml");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(web::SiteConfig::default());
            }
            read => read.map_err(|error| Stop::file(&path, &error))?,
        };
        let house: Self = toml::from_str(&text)
            .map_err(|error| Stop::Refused(format!("{}：{error}", path.display())))?;
        Ok(web::SiteConfig {
            title: house.title,
            office: house.office,
            contact: house.contact,
            icp: house.icp,
            police: house.police,
            site_code: house.site_code,
        })
    }
}

pub fn run(command: &Serve, common: &Common, out: Out) -> Result<Ending, Stop> {
    let room = Room::open(common, Need::Make)?;
    let site = Site {
        secure: command.https,
        ..Site::default()
    };
    serve(room, command.listen, site, &mut |address| {
        out.say(format!("诚衡已启动：{address}"))?;
        out.last(&json!({ "address": address }))
    })
}

/// Serves until the process is told to stop. `started` learns the address, once it can be called.
pub fn serve(
    room: Room,
    listen: SocketAddr,
    site: Site,
    started: &mut dyn FnMut(&str) -> Result<(), Stop>,
) -> Result<Ending, Stop> {
    let post = Arc::new(Post::open(&room)?);
    let router = web::router(web(&room, site, &post)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Stop::fault)?;
    runtime.block_on(async move {
        let busy = |error| Stop::Refused(format!("不能监听 {listen}：{error}"));
        let listener = TcpListener::bind(listen).await.map_err(busy)?;
        let address = listener.local_addr().map_err(busy)?;
        started(&format!("http://{address}/"))?;
        let mut timers = JoinSet::new();
        timers.spawn(follow(room.clone()));
        timers.spawn(tick(room.clone()));
        timers.spawn(send(room.clone(), post));
        let (asked, mut stopping) = tokio::sync::watch::channel(false);
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            stop_signal().await;
            // Nobody watches any more only if serving has ended by itself.
            let _ = asked.send(true);
        });
        let late = async move {
            let _ = stopping.wait_for(|asked| *asked).await;
            sleep(GRACE).await;
        };
        tokio::select! {
            ended = serving => ended.map_err(Stop::fault)?,
            () = late => tracing::warn!("open connections were cut off"),
        }
        timers.shutdown().await;
        room.publish()?;
        Ok(Ending::Done)
    })
}

fn web(room: &Room, site: Site, post: &Arc<Post>) -> Result<web::Web, Stop> {
    let path = room.folder.public();
    let post = Arc::clone(post);
    let receipts = move |body: &[u8], at: &str, by: &str| post.receipt(body, at, by);
    Ok(web::Web {
        desk: room.desk.clone(),
        demo: crate::demo::is_invented(&room.desk.store.origin()),
        logins: site.logins,
        data_dir: room.folder.root.clone(),
        site: House::read(&room.folder)?,
        key: fs::read_to_string(&path)
            .map_err(|error| Stop::file(&path, &error))?
            .trim()
            .to_owned(),
        secure: site.secure,
        upload_bytes: UPLOAD_BYTES,
        receipts: Some(web::Receipts(Arc::new(receipts))),
    })
}

/// Ctrl-C, or the order of the operating system to end.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

/// Takes over what other processes wrote, and leaves the latest checkpoint where anybody may fetch it.
async fn follow(room: Room) {
    let mut second = interval(FOLLOW);
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        second.tick().await;
        let room = room.clone();
        let done = spawn_blocking(move || {
            room.store.catch_up()?;
            if room.desk.follow_law()? {
                tracing::info!(
                    law = room.desk.law().digest(),
                    "another law pack is in force"
                );
            }
            room.publish()
        });
        if let Ok(Err(stop)) = done.await {
            tracing::error!("{}", stop.text());
        }
    }
}

/// Does what the date asks for: at the start, and when the day has changed (R5: catches up).
async fn tick(room: Room) {
    let mut minute = interval(LOOK);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut done: Option<Date> = None;
    loop {
        minute.tick().await;
        let today = room.desk.clock.today();
        if done == Some(today) {
            continue;
        }
        let desk = room.desk.clone();
        match spawn_blocking(move || desk.tick()).await {
            Ok(Ok(ticked)) => {
                tracing::info!(?ticked, "tick");
                done = Some(today);
            }
            Ok(Err(fault)) => tracing::error!("{fault}"),
            Err(error) => tracing::error!("{error}"),
        }
    }
}

/// Sends the notices that are due; a slow line holds up the next round and nothing else.
async fn send(room: Room, post: Arc<Post>) {
    let mut round = interval(POST);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let (desk, post) = (room.desk.clone(), Arc::clone(&post));
        match spawn_blocking(move || desk.dispatch(&*post)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(attempts)) => tracing::info!(attempts, "notices"),
            Ok(Err(fault)) => tracing::error!("{fault}"),
            Err(error) => tracing::error!("{error}"),
        }
    }
}
