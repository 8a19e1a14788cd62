//! Which cases a runner reported, out of what it printed.

use rstest::rstest;
use workspace::{Outcome, RunnerKind, TestCase, parse};

fn check(kind: RunnerKind, output: &str, expected: &[(&str, &str, &str)]) -> Vec<TestCase> {
    let cases = parse(kind, output).expect("counts are there").cases;
    let found: Vec<_> = cases
        .iter()
        .map(|case| {
            let how = match case.outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "failed",
                Outcome::Skipped => "skipped",
            };
            (case.suite.join(" › "), case.name.clone(), how)
        })
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(suite, name, how)| (suite.as_str(), name.as_str(), *how))
        .collect();
    assert_eq!(found, expected);
    cases
}

fn failure(cases: &[TestCase]) -> &TestCase {
    cases.iter().find(|case| case.outcome == Outcome::Failed).unwrap()
}

#[test]
fn of_node_in_tap() {
    let output = "TAP version 13
# hello
# Subtest: money
    # Subtest: splits
    ok 1 - splits
      ---
      duration_ms: 0.460627
      ...
    # Subtest: loses a cent
    not ok 2 - loses a cent
      ---
      duration_ms: 2.752546
      location: '/tmp/q-assistant-tree-7-abc/test/money.test.mjs:2:45'
      failureType: 'testCodeFailure'
      error: '1 == 2'
      ...
    # Subtest: later
    ok 3 - later # SKIP
      ---
      duration_ms: 0.130835
      ...
    1..3
not ok 1 - money
  ---
  duration_ms: 4.190961
  type: 'suite'
  ...
# Subtest: top
    # Subtest: inner
    ok 1 - inner
      ---
      duration_ms: 0.086639
      ...
    1..1
ok 2 - top
  ---
  duration_ms: 0.255951
  ...
1..2
# tests 5
# pass 3
# fail 1
# skipped 1
";
    let cases = check(
        RunnerKind::NodeTest,
        output,
        &[
            ("money", "splits", "passed"),
            ("money", "loses a cent", "failed"),
            ("money", "later", "skipped"),
            ("top", "inner", "passed"),
            ("", "top", "passed"),
        ],
    );
    assert_eq!(failure(&cases).ms, Some(3));
    assert!(failure(&cases).output.contains("location: test/money.test.mjs:2:45"));
    assert!(failure(&cases).output.contains("error: '1 == 2'"));
}

#[test]
fn of_node_in_words() {
    let output = "hello
▶ money
  ✔ splits (0.557481ms)
  ✖ loses a cent (2.834578ms)
    AssertionError [ERR_ASSERTION]: 1 == 2
        at TestContext.<anonymous> (file:///tmp/v/a.test.mjs:2:98)

  ﹣ later (0.139999ms) # SKIP
✖ money (5.76637ms)
▶ top
  ✔ inner (0.090114ms)
✔ top (0.283302ms)
✔ alone (1ms)
ℹ tests 6
ℹ pass 4
ℹ fail 1
ℹ skipped 1

✖ failing tests:

test at test/money.test.mjs:2:45
✖ loses a cent (2.834578ms)
  AssertionError [ERR_ASSERTION]: 1 == 2
";
    let cases = check(
        RunnerKind::Npm,
        output,
        &[
            ("money", "splits", "passed"),
            ("money", "loses a cent", "failed"),
            ("money", "later", "skipped"),
            ("top", "inner", "passed"),
            ("", "alone", "passed"),
        ],
    );
    let told = &failure(&cases).output;
    assert!(
        told.starts_with("test/money.test.mjs\n") && told.contains("1 == 2"),
        "{told}"
    );
}

#[test]
fn of_pytest() {
    let output = "tests/test_money.py::test_one PASSED [ 25%]
tests/test_money.py::TestSplit::test_cent FAILED [ 50%]
tests/test_money.py::test_later SKIPPED (not yet) [ 75%]
=================================== FAILURES ===================================
_____________________________ TestSplit.test_cent ______________________________

    def test_cent(self):
>       assert 1 == 2
E       assert 1 == 2
=========================== short test summary info ============================
FAILED tests/test_money.py::TestSplit::test_cent - assert 1 == 2
=================== 1 failed, 1 passed, 1 skipped in 0.12s ====================
";
    let cases = check(
        RunnerKind::Pytest,
        output,
        &[
            ("tests/test_money.py", "test_one", "passed"),
            ("tests/test_money.py › TestSplit", "test_cent", "failed"),
            ("tests/test_money.py", "test_later", "skipped"),
        ],
    );
    assert!(failure(&cases).output.contains("E       assert 1 == 2"));
}

#[test]
fn of_unittest() {
    let output = "test_cent (tests.test_money.Money.test_cent)
A cent is kept. ... FAIL
test_one (tests.test_money.Money) ... ok
test_later (tests.test_money.Money.test_later) ... skipped 'not yet'

======================================================================
FAIL: test_cent (tests.test_money.Money.test_cent)
A cent is kept.
----------------------------------------------------------------------
Traceback (most recent call last):
AssertionError: 1 != 2

----------------------------------------------------------------------
Ran 3 tests in 0.010s

FAILED (failures=1, skipped=1)
";
    let cases = check(
        RunnerKind::Unittest,
        output,
        &[
            ("tests.test_money.Money", "test_cent", "failed"),
            ("tests.test_money.Money", "test_one", "passed"),
            ("tests.test_money.Money", "test_later", "skipped"),
        ],
    );
    assert!(failure(&cases).output.ends_with("AssertionError: 1 != 2"));
}

#[test]
fn of_cargo() {
    let output = "     Running unittests src/lib.rs (target/debug/deps/money-1)

running 2 tests
test split::tests::cent ... FAILED
test split::tests::later ... ignored

failures:

---- split::tests::cent stdout ----

thread 'split::tests::cent' panicked at src/lib.rs:9:5:
assertion failed

failures:
    split::tests::cent

test result: FAILED. 0 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/whole.rs (target/debug/deps/whole-1)
test whole ... ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
    let cases = check(
        RunnerKind::Cargo,
        output,
        &[
            ("src/lib.rs › split::tests", "cent", "failed"),
            ("src/lib.rs › split::tests", "later", "skipped"),
            ("tests/whole.rs", "whole", "passed"),
        ],
    );
    assert!(failure(&cases).output.ends_with("assertion failed"));
}

#[test]
fn of_go() {
    let output = "=== RUN   TestSplit
=== RUN   TestSplit/a_cent
    money_test.go:7: one is not two
--- FAIL: TestSplit (0.01s)
    --- FAIL: TestSplit/a_cent (0.01s)
=== RUN   TestOne
--- PASS: TestOne (0.00s)
FAIL
FAIL\texample.org/money\t0.123s
";
    let cases = check(
        RunnerKind::Go,
        output,
        &[
            ("example.org/money", "TestSplit", "failed"),
            ("example.org/money › TestSplit", "a cent", "failed"),
            ("example.org/money", "TestOne", "passed"),
        ],
    );
    assert!(failure(&cases).output.contains("one is not two"));
}

#[rstest]
#[case::jest("PASS test/one.test.js
FAIL test/money.test.js
  money
    ✓ splits (2 ms)
    ✕ loses a cent (3 ms)
    ○ skipped later

  ● money › loses a cent

    expect(received).toBe(expected)

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 1 skipped, 1 passed, 3 total
", &[("test/money.test.js › money", "splits", "passed"), ("test/money.test.js › money", "loses a cent", "failed"), ("test/money.test.js › money", "skipped later", "skipped")])]
#[case::vitest(" ✓ src/money.test.ts > money > splits 2ms
 × src/money.test.ts > money > loses a cent 3ms

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  src/money.test.ts > money > loses a cent
AssertionError: expected 1 to be 2
⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

 Test Files  1 failed (1)
      Tests  1 failed | 1 passed (2)
", &[("src/money.test.ts › money", "splits", "passed"), ("src/money.test.ts › money", "loses a cent", "failed")])]
#[case::mocha("
  money
    ✓ splits
    1) loses a cent
    - later

  1 passing (5ms)
  1 pending
  1 failing

  1) money
       loses a cent:
     AssertionError
", &[("money", "splits", "passed"), ("money", "loses a cent", "failed"), ("money", "later", "skipped")])]
fn of_lists(#[case] output: &str, #[case] expected: &[(&str, &str, &str)]) {
    check(RunnerKind::Npm, output, expected);
}

#[rstest]
#[case::vitest(
    " × src/a.test.ts > a > b 3ms\n FAIL  src/a.test.ts > a > b\nError: what went wrong\n⎯⎯⎯\n Tests  1 failed (1)\n"
)]
#[case::jest("FAIL a.test.js\n  a\n    ✕ b (3 ms)\n\n  ● a › b\n\n    what went wrong\n\nTests: 1 failed, 1 total\n")]
fn what_went_wrong_stands_with_the_case(#[case] output: &str) {
    let counts = parse(RunnerKind::Npm, output).unwrap();
    assert!(
        failure(&counts.cases).output.contains("what went wrong"),
        "{:?}",
        counts.cases
    );
}

#[test]
fn of_a_runner_that_names_none_there_are_counts_alone() {
    let counts = parse(
        RunnerKind::Cargo,
        "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured\n",
    )
    .unwrap();
    assert_eq!((counts.run, counts.cases), (3, Vec::new()));
}
