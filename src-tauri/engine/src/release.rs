//! A release on this machine: merge, tag, export, serve, probe. The intent is a row before anything happens; after a kill the
//! same row is taken up, and git itself says whether the merge happened.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use store::releases::{self, ReleaseRow};
use store::{new_id, now, worktrees};
use workflow::Workflow;
use workflow::gate::ReleaseEvidence;
use workflow::phase::ReleaseKind;
use workspace::{Merge, Project, ReleaseOrder, Released, find_site, probe};

use crate::sites::{site_dir, url};
use crate::{Engine, ServiceError};

/// A release that is intended, and what it would make of the project's branch.
pub(crate) struct Prepared {
    row: ReleaseRow,
    project: Project,
    order: ReleaseOrder,
    merge: Merge,
    made: bool,
}

impl Prepared {
    /// Whether an earlier attempt merged it already.
    pub fn is_made(&self) -> bool {
        self.made
    }

    /// What the branch would hold.
    pub fn tree(&self) -> &str {
        &self.merge.tree
    }

    /// What was verified.
    pub fn verified_tree(&self) -> &str {
        &self.row.tree_hash
    }
}

impl Engine {
    /// Intends to release the verified tree, and looks at what that would make of the project's branch.
    ///
    /// # Errors
    /// Conflicts, a branch that is gone.
    pub(crate) async fn prepare_release(&self, workflow: &Workflow, title: &str) -> Result<Prepared, ServiceError> {
        let project = self.project_of(&workflow.id).await?;
        let row = self.intended_release(workflow, title)?;
        let order = order(&row, title);
        let (merge, made) = match project.release_outcome(&order).await? {
            Some(done) => (
                Merge {
                    previous: done.previous_commit,
                    tree: done.tree,
                },
                true,
            ),
            None => (project.merge(&order).await?, false),
        };
        Ok(Prepared {
            row,
            project,
            order,
            merge,
            made,
        })
    }

    /// Makes the prepared release and asks whether it answers.
    ///
    /// # Errors
    /// Files in the way, a branch that moved meanwhile: nothing was merged then.
    pub(crate) async fn release(
        &self,
        workflow: &Workflow,
        prepared: Prepared,
        merged_test_run: Option<String>,
    ) -> Result<ReleaseEvidence, ServiceError> {
        let Prepared {
            mut row,
            project,
            order,
            merge,
            made: _,
        } = prepared;
        let turn = self.release_turn(&project);
        let _only_one = turn.lock().await;
        let released = match project.release(&order, &merge).await {
            Ok(released) => released,
            Err(error) => {
                // Only what did not happen has failed: otherwise the same intent is taken up again.
                if matches!(project.release_outcome(&order).await, Ok(None)) {
                    row.status = "failed".to_owned();
                    row.probe = error.to_string();
                    self.save_release(row)?;
                }
                return Err(error.into());
            }
        };
        row.merged_commit = Some(released.merged_commit.clone());
        row.previous_commit = Some(released.previous_commit.clone());
        self.save_release(row.clone())?;
        self.serve_release(workflow, &project, &mut row).await?;
        let (probe_ok, probe) = self.probe_release(&project, &row).await;
        row.status = "released".to_owned();
        row.probe.clone_from(&probe);
        self.save_release(row.clone())?;
        Ok(ReleaseEvidence {
            tree_hash: row.tree_hash,
            release_id: row.id,
            merged_commit: released.merged_commit,
            merged_tree: released.tree,
            merged_test_run,
            tag: row.tag,
            url: row.port.map(url),
            probe_ok,
            probe,
        })
    }

    /// Whether a release of this build stands that a rollback would take back.
    ///
    /// # Errors
    /// What stands in the way of taking it back now.
    pub(crate) async fn can_undo_releases(&self, id: &str) -> Result<bool, ServiceError> {
        let mut any = false;
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let standing = store.read(move |db| Ok::<_, ServiceError>(releases::standing(db, &workflow_id)?))?;
        for release in standing {
            let project = self.project_of(id).await?;
            if let Some(released) = what_stands(&project, &release).await? {
                any = true;
                project.can_undo_release(&released, &release.onto).await?;
            }
        }
        Ok(any)
    }

    /// The newest intent for exactly this tree, or a new one.
    fn intended_release(&self, workflow: &Workflow, title: &str) -> Result<ReleaseRow, ServiceError> {
        let head = workflow
            .head
            .clone()
            .ok_or_else(|| ServiceError::invalid("There is no verified commit to release."))?;
        let (id, tag) = (workflow.id.clone(), tag_name(title, workflow));
        self.inner.service.store().write(move |tx| {
            let newest = releases::newest(tx, &id)?;
            let same = newest.filter(|r| r.tree_hash == head.tree && r.commit_id == head.commit);
            if let Some(release) = same.filter(|r| r.status == "intended" || r.status == "released") {
                return Ok(release);
            }
            let Some(worktree) = worktrees::get(tx, &id)? else {
                return Err(ServiceError::invalid("This build has no worktree."));
            };
            let at = now();
            let release = ReleaseRow {
                id: new_id(),
                workflow_id: id,
                status: "intended".to_owned(),
                tree_hash: head.tree,
                commit_id: head.commit,
                onto: worktree.onto,
                tag,
                merged_commit: None,
                previous_commit: None,
                site: None,
                port: None,
                probe: String::new(),
                created_at: at.clone(),
                updated_at: at,
            };
            releases::save(tx, &release)?;
            Ok(release)
        })
    }

    /// A web page is exported from the merged commit and served; anything else needs no server.
    async fn serve_release(
        &self,
        workflow: &Workflow,
        project: &Project,
        release: &mut ReleaseRow,
    ) -> Result<(), ServiceError> {
        let plan = workflow.phases.planning.as_ref().map(|plan| &plan.release);
        if plan.is_none_or(|plan| plan.kind != ReleaseKind::WebPage) {
            return Ok(());
        }
        let Some(commit) = &release.merged_commit else {
            return Ok(());
        };
        let dir = site_dir(&self.inner.data, &release.id);
        project.export_tree(commit, &dir).await?;
        let named = plan.and_then(|plan| plan.site_dir.as_deref());
        let Some(site) = find_site(&dir, named) else {
            return Err(ServiceError::invalid(
                "The plan promises a web page, but no index.html was found in what was released. Send the work back to \
                 implementation.",
            ));
        };
        let port = self
            .inner
            .sites
            .start(&self.inner.data, &release.id, &site, release.port.unwrap_or(0))
            .await?;
        release.site = Some(site.to_string_lossy().into_owned());
        release.port = Some(port);
        self.save_release(release.clone())
    }

    /// Asks the page. What is not served is looked at where it is: merged and tagged on the project's branch.
    async fn probe_release(&self, project: &Project, release: &ReleaseRow) -> (bool, String) {
        if let Some(port) = release.port {
            let seen = probe(&url(port), &release.id).await;
            return (seen.ok, seen.detail);
        }
        let Some(released) = recorded(release) else {
            return (false, "nothing was merged".to_owned());
        };
        let short: String = released.merged_commit.chars().take(7).collect();
        match project.stands(&released, &release.onto).await {
            Ok(true) => (true, format!("{} stands at {short} on {}", release.tag, release.onto)),
            Ok(false) => (false, format!("{} does not stand on {}", release.tag, release.onto)),
            Err(error) => (false, error.to_string()),
        }
    }

    /// The health of what was released last.
    pub(crate) async fn probe_newest(&self, id: &str) -> Result<(bool, String), ServiceError> {
        let workflow_id = id.to_owned();
        let store = self.inner.service.store();
        let newest = store.read(move |db| Ok::<_, ServiceError>(releases::newest(db, &workflow_id)?))?;
        match newest {
            Some(release) if release.status == "released" => {
                Ok(self.probe_release(&self.project_of(id).await?, &release).await)
            }
            Some(_) | None => Ok((false, "nothing was released yet".to_owned())),
        }
    }

    /// Serves again what is released: after a start, or when its process is gone.
    pub(crate) async fn serve_released(&self) -> Result<(), ServiceError> {
        let standing = self
            .inner
            .service
            .store()
            .read(|db| Ok::<_, ServiceError>(releases::served(db)?))?;
        for mut release in standing {
            let Some(site) = release.site.clone() else { continue };
            if !Path::new(&site).is_dir()
                && let Err(error) = self.export_again(&release).await
            {
                tracing::warn!(%error, release = release.id, "a released page is gone and could not be made again");
                continue;
            }
            let wanted = release.port.unwrap_or(0);
            match self
                .inner
                .sites
                .start(&self.inner.data, &release.id, site.as_ref(), wanted)
                .await
            {
                Ok(port) if Some(port) != release.port => {
                    release.port = Some(port);
                    self.save_release(release)?;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, release = release.id, "a released page is not served"),
            }
        }
        Ok(())
    }

    /// The files of a page that were deleted with its build, and are wanted again because a backup brought the build back.
    async fn export_again(&self, release: &ReleaseRow) -> Result<(), ServiceError> {
        let Some(commit) = &release.merged_commit else {
            return Ok(());
        };
        let project = self.project_of(&release.workflow_id).await?;
        Ok(project
            .export_tree(commit, &site_dir(&self.inner.data, &release.id))
            .await?)
    }

    pub(crate) fn save_release(&self, release: ReleaseRow) -> Result<(), ServiceError> {
        self.inner
            .service
            .store()
            .write(move |tx| Ok::<_, ServiceError>(releases::save(tx, &release)?))
    }

    fn release_turn(&self, project: &Project) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.inner.releasing.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(project.path().to_owned()).or_default())
    }
}

fn order(row: &ReleaseRow, title: &str) -> ReleaseOrder {
    ReleaseOrder {
        key: row.id.clone(),
        commit: row.commit_id.clone(),
        onto: row.onto.clone(),
        tag: row.tag.clone(),
        message: format!("{title}\n\nBuilt with Q Assistant."),
    }
}

/// What the row says was released.
fn recorded(row: &ReleaseRow) -> Option<Released> {
    let (merged_commit, previous_commit) = row.merged_commit.clone().zip(row.previous_commit.clone())?;
    Some(Released {
        merged_commit,
        previous_commit,
        tag: row.tag.clone(),
        tree: row.tree_hash.clone(),
    })
}

/// What there is to take back: as the row says, or, where the program was stopped before it could write that down, as git says.
pub(crate) async fn what_stands(project: &Project, row: &ReleaseRow) -> Result<Option<Released>, ServiceError> {
    match recorded(row) {
        Some(released) => Ok(Some(released)),
        None => Ok(project.release_outcome(&order(row, &row.tag)).await?),
    }
}

/// "q-tip-calculator-3f9a1c-41": recognised by a person, and another one after a rollback.
fn tag_name(title: &str, workflow: &Workflow) -> String {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .take(4)
        .map(str::to_ascii_lowercase)
        .collect();
    let tail: String = workflow.id.chars().skip(workflow.id.len().saturating_sub(6)).collect();
    format!("q-{}-{tail}-{}", words.join("-"), workflow.revision)
}
