use workflow::Language;

#[test]
fn a_locale_has_the_language_that_it_begins_with() {
    for (locale, language) in [
        ("de_AT.UTF-8", Some(Language::German)),
        ("de", Some(Language::German)),
        ("es-MX", Some(Language::Spanish)),
        ("EN_us", Some(Language::English)),
        ("fr_FR", None),
        ("desktop", None),
        ("C", None),
        ("", None),
    ] {
        assert_eq!(Language::of_locale(locale), language, "{locale}");
    }
}

#[test]
fn its_short_name_is_what_a_file_says() {
    for language in [Language::English, Language::German, Language::Spanish] {
        let written = serde_json::to_value(language).unwrap();
        assert_eq!(written, language.code());
        assert_eq!(Language::of_locale(language.code()), Some(language));
    }
}
