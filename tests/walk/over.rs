//! What lies over a page for a while: menus, dialogs, panels, and what is opened within one.

use thirtyfour::prelude::*;

use super::{SIZES, Walk};

/// A dialog, a menu or a panel.
const LAYER: &str = "[role=dialog], [role=alertdialog], [role=menu]";

impl Walk {
    /// Opens what a button opens, looks at it in each size, and puts it away.
    pub(super) async fn over(&mut self, name: &str, button: &str) {
        self.usual_size().await;
        self.reach(button).await;
        self.layer(name).await;
    }

    /// Looks at what lies over the page now, and puts it away.
    async fn layer(&mut self, name: &str) {
        self.window.see(LAYER).await;
        self.in_each_size(name).await;
        self.put_away().await;
    }

    async fn put_away(&self) {
        self.window.press_escape().await;
        self.window.gone(LAYER).await;
    }

    pub(super) async fn usual_size(&mut self) {
        self.size = SIZES[1];
        self.window.resize(SIZES[1].0, SIZES[1].1).await;
    }

    /// Clicks a button wherever it stands, also where it is shown to the pointer or the focus alone.
    async fn reach(&self, css: &str) {
        self.window.see_hidden(css).await;
        self.window
            .run(&format!(
                "const button = document.querySelector('{css}'); \
                 button.scrollIntoView({{ block: 'center' }}); button.focus(); button.click();"
            ))
            .await;
    }

    /// A plan that may still be changed, and the conversation that led to it.
    pub(super) async fn of_a_plan(&mut self) {
        self.over("row-menu", "[data-testid=row-menu]").await;
        let field = "textarea[aria-label$=R1]";
        self.usual_size().await;
        self.window.retype(field, "The bill is split between friends").await;
        self.window.run("document.activeElement.blur()").await;
        self.window.click("[data-testid=compare-revisions]").await;
        self.window.see("[data-testid=difference][data-kind=changed]").await;
        self.in_each_size("revisions").await;
        self.window.click("[data-testid=close-revisions]").await;
        self.usual_size().await;
        self.reach("[data-testid=row-menu]").await;
        self.window.click("[data-testid=remove-row]").await;
        self.window.see("[data-testid=undo]").await;
        self.in_each_size("row-removed").await;
        self.window.click("[data-testid=undo]").await;
        self.usual_size().await;
        self.reach("[data-testid=usage-and-budget]").await;
        self.window.click("[data-testid=change-budget]").await;
        self.window.see("[data-testid=keep-budget]").await;
        self.layer("budget").await;
        self.reach("[data-testid=more]").await;
        self.window.click("[data-testid=cancel-build]").await;
        self.layer("cancel").await;

        self.window.click("[data-testid=tab-conversation]").await;
        self.in_each_size("conversation").await;
        self.usual_size().await;
        self.window.press(Key::Control + "f").await;
        self.window.type_into("[data-testid=find-field]", "tip").await;
        self.in_each_size("find").await;
        self.window.press(Key::Escape + "").await;
        self.window.gone("[data-testid=find-bar]").await;
        self.usual_size().await;
        self.reach("[data-testid=microphone]").await;
        self.window.see("[data-testid=voice-way-machine]").await;
        self.in_each_size("voice-first").await;
        for way in ["machine", "server"] {
            self.usual_size().await;
            self.window.click(&format!("[data-testid=voice-way-{way}]")).await;
            self.in_each_size(&format!("voice-{way}")).await;
        }
        self.put_away().await;
        self.window.click("[data-testid=tab-plan]").await;
    }

    pub(super) async fn over_the_settings(&mut self) {
        self.usual_size().await;
        self.reach("[data-testid=model-add]").await;
        self.window.see("[data-testid=model-name]").await;
        self.in_each_size("model").await;
        self.usual_size().await;
        self.reach("[data-testid=back-up-now]").await;
        self.window.see_hidden("[data-testid=restore-backup]").await;
        self.over("restore", "[data-testid=restore-backup]").await;
        self.over("delete-all", "[data-testid=delete-all]").await;
    }

    /// Search over all builds, and where it finds nothing.
    pub(super) async fn search(&mut self) {
        self.usual_size().await;
        self.window.press(Key::Control + Key::Shift + "f").await;
        self.window.type_into("[data-testid=search-field]", "photo").await;
        self.window.see("[data-testid^=found-]").await;
        self.in_each_size("search").await;
        self.usual_size().await;
        self.window.retype("[data-testid=search-field]", "xylophone").await;
        self.window.see("[data-testid=nothing-found]").await;
        self.in_each_size("search-nothing").await;
        self.usual_size().await;
        self.window.click("[data-testid=search]").await;
        self.window.gone("[data-testid=search-field]").await;
    }

    pub(super) async fn over_a_live_build(&mut self) {
        self.over("take-along", "[data-testid=take-along]").await;
        self.over("phase", "[data-testid=open-testing]").await;
        self.over("usage", "[data-testid=usage-and-budget]").await;
        self.over("more", "[data-testid=more]").await;
        self.reach("[data-testid=more]").await;
        self.window.click("[data-testid=go-through-again]").await;
        self.layer("go-through-again").await;
        self.usual_size().await;
        self.reach("[data-testid=open-testing]").await;
        self.window.click("[data-testid=roll-back-testing]").await;
        self.layer("roll-back").await;

        self.usual_size().await;
        self.window.click("[data-testid=tab-work]").await;
        self.over("told", "[data-testid=show-told]").await;
        self.reach("[data-testid=activity-row] button").await;
        self.in_each_size("call").await;

        self.usual_size().await;
        self.window.click("[data-testid=tab-changes]").await;
        self.window.see("[data-testid=diff-lines]").await;
        self.over("open-file", "[data-testid=open-file]").await;
        self.usual_size().await;
        self.reach("[data-testid=split]").await;
        self.in_each_size("split").await;
        self.usual_size().await;
        self.reach("[data-testid=unified]").await;
        self.window.click("[data-testid=tab-release]").await;
        self.window.click("[data-testid=change-something]").await;
        self.in_each_size("change-something").await;
        self.usual_size().await;
    }

    /// Comments on lines, what they become, and a build that stands still because the person wants it to.
    pub(super) async fn over_a_build_at_work(&mut self) {
        self.usual_size().await;
        self.window.click("[data-testid=tab-changes]").await;
        self.window.see("[data-testid=diff-lines]").await;
        self.reach("[data-testid=line-number]").await;
        self.window
            .type_into("[data-testid=comment-text]", "Say what this is for.")
            .await;
        self.in_each_size("comment").await;
        self.window.click("[data-testid=keep-comment]").await;
        self.window.see("[data-testid=comment-in-list]").await;
        self.in_each_size("comments").await;
        self.usual_size().await;
        self.window.click("[data-testid=tab-conversation]").await;
        self.in_each_size("comments-as-reasons").await;
        self.usual_size().await;
        self.window.click("[data-testid=pause]").await;
        self.window.see("[data-testid=standstill]").await;
        self.in_each_size("paused").await;
        self.usual_size().await;
        self.window.click("[data-testid=resume]").await;
        self.window.gone("[data-testid=standstill]").await;
    }
}
