//! One look-up, awaited without holding a thread.

use crate::house::App;
use desk::{Actor, Fault};
use domain::screening::{Question, Receipt};
use tokio::sync::oneshot;

/// Answers a look-up; returns when the receipt is in the ledger and on disk.
pub(crate) async fn screen(app: &App, actor: &Actor, question: Question) -> Result<Receipt, Fault> {
    let (send, receive) = oneshot::channel();
    app.desk().screen(
        actor,
        question,
        Box::new(move |receipt| {
            // The caller may have hung up; the receipt is in the ledger all the same.
            let _ = send.send(receipt);
        }),
    );
    receive.await.map_err(|_| Fault::broken("writer stopped"))?
}
