set(READER_SOURCES
  reader.cpp reader_acts.cpp reader_asks.cpp reader_characters.cpp reader_clauses.cpp reader_data.cpp reader_entities.cpp reader_facts.cpp reader_lexicon.cpp
  reader_names.cpp reader_rules.cpp reader_text.cpp reader_words.cpp
  claims.cpp claims_dates.cpp claims_lexicon.cpp claims_measures.cpp claims_numbers.cpp claims_tokens.cpp)
set(READER_TESTS reader_test.cpp reader_sentences_test.cpp reader_registers_test.cpp reader_languages_test.cpp reader_claims_test.cpp reader_labelled_test.cpp)
