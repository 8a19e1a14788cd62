//! What is a command, and what is only said.

use rstest::rstest;
use voice::spoken::{Decision, Place, Spoken, understand};

fn text(words: &str) -> Spoken {
    Spoken::Text(words.to_owned())
}

#[rstest]
#[case::nothing("", vec![])]
#[case::text("Make a tip calculator.", vec![text("Make a tip calculator.")])]
#[case::stop_alone("Stop.", vec![Spoken::Stop])]
#[case::stop_in_a_sentence("A stop watch that can stop.", vec![text("A stop watch that can stop.")])]
#[case::as_a_recogniser_without_marks_writes("send it", vec![Spoken::Send])]
#[case::after_what_is_sent("Make it blue. Send it.", vec![text("Make it blue."), Spoken::Send])]
#[case::not_at_the_end_of_a_sentence("Write a letter and send it.", vec![text("Write a letter and send it.")])]
#[case::between("First. New line. Second.", vec![text("First."), Spoken::NewLine, text("Second.")])]
#[case::sentences_stay_together("One. Two! Three?", vec![text("One. Two! Three?")])]
#[case::a_file_is_no_end("Change index.html. New line.", vec![text("Change index.html."), Spoken::NewLine])]
#[case::place("Show the plan!", vec![Spoken::Show(Place::Plan)])]
#[case::place_without_article("go to settings", vec![Spoken::Show(Place::Settings)])]
#[case::no_such_place("Show the door.", vec![text("Show the door.")])]
#[case::approve("Approve.", vec![Spoken::Prepare(Decision::Approve)])]
#[case::ready("READY TO BUILD", vec![Spoken::Prepare(Decision::ReadyToBuild)])]
#[case::release("Release it.", vec![Spoken::Prepare(Decision::Approve)])]
#[case::back("Roll back.", vec![Spoken::Prepare(Decision::RollBack)])]
#[case::german_place("Zeig den Plan.", vec![Spoken::Show(Place::Plan)])]
#[case::german_places("Geh zu den Änderungen.", vec![Spoken::Show(Place::Changes)])]
#[case::german_line("Erstens. Neue Zeile. Zweitens.", vec![text("Erstens."), Spoken::NewLine, text("Zweitens.")])]
#[case::german_in_a_sentence("Das Formular abschicken.", vec![text("Das Formular abschicken.")])]
#[case::german_approve("Freigeben.", vec![Spoken::Prepare(Decision::Approve)])]
#[case::spanish_place("Muestra el historial.", vec![Spoken::Show(Place::Timeline)])]
#[case::spanish_send("Que sea azul. Envíalo.", vec![text("Que sea azul."), Spoken::Send])]
#[case::spanish_ready("¡Construir ahora!", vec![Spoken::Prepare(Decision::ReadyToBuild)])]
#[case::another_alphabet("Покажи план.", vec![text("Покажи план.")])]
fn commands_are_whole_sentences(#[case] said: &str, #[case] expected: Vec<Spoken>) {
    assert_eq!(understand(said), expected);
}
