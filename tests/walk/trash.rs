//! The trash, and what is asked before something goes there or leaves it for good.

use super::Walk;
use crate::window::approve_until_live;

impl Walk {
    /// A page that is live goes into the trash, is read there, is nearly deleted, and comes back.
    pub(super) async fn of_the_trash(&mut self) {
        approve_until_live(&mut self.window).await;
        self.window.click("[data-testid=more]").await;
        self.window.click("[data-testid=move-to-trash]").await;
        self.window.see("[data-testid=confirm-trash]").await;
        self.in_each_size("move-to-trash").await;
        self.window.click("[data-testid=confirm-trash]").await;
        self.window.see("[data-testid=done-action]").await;
        self.in_each_size("moved-to-trash").await;
        self.open_list().await;
        self.window.click("[data-testid=trash]").await;
        self.window.see("[data-testid^=trash-row]").await;
        self.in_each_size("trash").await;
        self.over("delete-for-good", "[data-testid=delete-for-good]").await;
        self.over("empty-trash", "[data-testid=empty-trash]").await;
        self.usual_size().await;
        self.window
            .run("document.querySelector('[data-testid^=trash-row] button').click()")
            .await;
        self.window.see("[data-testid=restore-this-build]").await;
        self.in_each_size("read-in-the-trash").await;
        self.usual_size().await;
        self.window.click("[data-testid=restore-this-build]").await;
        self.window.gone("[data-testid=restore-this-build]").await;
    }
}
