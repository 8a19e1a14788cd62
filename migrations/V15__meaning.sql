-- What a notice says, by a stable code and its facts ({"code": …, "facts": {…}}), for whoever says it in the person's language.

ALTER TABLE messages ADD COLUMN meaning TEXT CHECK (meaning IS NULL OR json_valid(meaning));
