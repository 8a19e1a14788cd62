//! What a build may use: looked at before each request to a model.

use models::Usage;
use serde_json::json;
use store::messages::{Meaning, NewMessage};
use store::{Connection, events, exchanges, role_runs, workflows};
use workflow::budget::grouped;
use workflow::{Budget, NextAction};

use super::{End, Run, standstill};
use crate::ServiceError;
use crate::notice::{Attention, Notice};
use crate::service::plain;

/// The share of a budget at which the person is told.
const WARNING: f64 = 0.8;
/// Letters that an answer may always have: a short one is not worth losing.
const LEAST: usize = 4_000;
/// The event that says that the person was told.
const WARNED: &str = "budget_warning";

/// What is known of a build's budget.
struct Account {
    budget: Budget,
    totals: role_runs::Totals,
    /// Calls whose price was not known when they were made, by model.
    unpriced: Vec<exchanges::Unpriced>,
    /// The person was told since the budget was set.
    warned: bool,
}

/// Why no model may be asked now, if none may.
pub(super) fn look(run: &Run) -> Result<Option<End>, ServiceError> {
    let id = run.id().to_owned();
    let store = run.engine.service().store();
    let Some(account) = store.read(move |db| account(db, &id))? else {
        return Ok(None);
    };
    let (budget, totals) = (account.budget, account.totals);
    let has_price = run.model.price().is_some() || matches!(budget, Budget::Tokens(_));
    let cost = totals.cost.or_else(|| with_todays_price(run, &account));
    let used = budget.used(cost, totals.input_tokens + totals.output_tokens);
    let Some(used) = used.filter(|_| has_price) else {
        let reason = format!(
            "This build may cost {budget}, and what {} costs is not known. Set a budget in tokens, type the model's price in Settings › \
             Models, or go on without a limit.",
            account
                .unpriced
                .first()
                .map_or(run.model.name(), |calls| calls.model.as_str())
        );
        return Ok(Some(End::Failed(standstill(
            "budget_unknown",
            reason,
            NextAction::RaiseBudget,
        ))));
    };
    if used >= 1.0 {
        let reason = format!(
            "The budget of {budget} is used up: {} so far. Raise it to go on, or cancel the build.",
            spent(&account, cost)
        );
        return Ok(Some(End::Failed(standstill(
            "budget_used_up",
            reason,
            NextAction::RaiseBudget,
        ))));
    }
    if used >= WARNING && !account.warned {
        warn(run, &account, cost)?;
    }
    Ok(None)
}

/// What everything cost, where the calls without a price were all made by the model that is asked now, and its price is known by now.
fn with_todays_price(run: &Run, account: &Account) -> Option<f64> {
    let priced = |calls: &exchanges::Unpriced| {
        let usage = Usage {
            input_tokens: calls.input_tokens,
            output_tokens: calls.output_tokens,
            ..Usage::default()
        };
        (calls.model == run.model.name()).then(|| run.model.cost(&usage))?
    };
    let missing: Vec<Option<f64>> = account.unpriced.iter().map(priced).collect();
    let missing: Option<f64> = missing.into_iter().sum();
    missing.map(|missing| missing + account.totals.known_cost)
}

/// Letters that may come before the budget is used up by them, where there is one; four of them are about a token.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "amounts of a build are far below 2^52 and not below zero"
)]
pub(super) fn room(run: &Run) -> Result<Option<usize>, ServiceError> {
    let id = run.id().to_owned();
    let store = run.engine.service().store();
    let Some(account) = store.read(move |db| account(db, &id))? else {
        return Ok(None);
    };
    let tokens = match account.budget {
        Budget::Tokens(most) => most.saturating_sub(tokens(&account.totals)) as f64,
        Budget::Cents(cents) => {
            let spent = account.totals.cost.or_else(|| with_todays_price(run, &account));
            let (Some(price), Some(spent)) = (run.model.price(), spent) else {
                return Ok(None);
            };
            if price.output <= 0.0 {
                return Ok(None);
            }
            (cents as f64 / 100.0 - spent) * 1_000_000.0 / price.output
        }
    };
    Ok(Some(((tokens * 4.0) as usize).max(LEAST)))
}

fn account(db: &Connection, id: &str) -> Result<Option<Account>, ServiceError> {
    let Some(budget) = workflows::get(db, id)?.workflow.budget else {
        return Ok(None);
    };
    let newest = |kind: &str| events::newest_of(db, id, kind);
    Ok(Some(Account {
        budget,
        totals: role_runs::totals(db, id)?,
        unpriced: exchanges::unpriced(db, id)?,
        warned: newest(WARNED)? > newest("budget_set")?,
    }))
}

fn spent(account: &Account, cost: Option<f64>) -> String {
    let Account { budget, totals, .. } = account;
    match budget {
        Budget::Cents(_) => format!("${:.2}", cost.unwrap_or_default()),
        Budget::Tokens(_) => grouped(tokens(totals)),
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of counts is whole and not below zero"
)]
fn tokens(totals: &role_runs::Totals) -> u64 {
    (totals.input_tokens + totals.output_tokens) as u64
}

fn warn(run: &Run, account: &Account, cost: Option<f64>) -> Result<(), ServiceError> {
    let text = format!(
        "Most of this build's budget is used: {} of {}. At the end of it the build waits for you.",
        spent(account, cost),
        account.budget
    );
    run.note(WARNED, json!({"detail": text}))?;
    let facts = match account.budget {
        Budget::Cents(cents) => json!({
            "used": {"dollars": cost.unwrap_or_default()}, "budget": {"dollars": cents as f64 / 100.0},
        }),
        Budget::Tokens(most) => json!({"used": {"tokens": tokens(&account.totals)}, "budget": {"tokens": most}}),
    };
    let message = NewMessage {
        meaning: Some(Meaning::new("most_of_the_budget", facts)),
        ..plain(run.row.workflow.state, "product", text, None)
    };
    run.engine.service().post(run.id(), message)?;
    run.engine.publisher().publish(Notice::Attention {
        workflow_id: run.id().to_owned(),
        why: Attention::Budget,
    });
    Ok(())
}
