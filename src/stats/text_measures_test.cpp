#include <gtest/gtest.h>

#include "stats/lexical.h"
#include "stats/stat_vectors.h"
#include "stats/two_sample.h"

namespace sosia::stats {
namespace {

using namespace vectors;

TEST(Lexical, matches_the_vectors) {
    for (const auto& c : cases("lexical")) {
        if (!c.as_object().contains("turns")) {
            continue;
        }
        std::vector<std::string> turns;
        std::vector<Tokens> words;
        Tokens all;
        for (const auto& turn : c.at("turns").as_array()) {
            turns.emplace_back(turn.as_string());
            words.push_back(tokens(turns.back()));
            all.insert(all.end(), words.back().begin(), words.back().end());
        }
        EXPECT_EQ(all.size(), count(c, "tokens"));
        expect_close(type_token_ratio(all), number(c, "ttr"), 1e-9);
        expect_close(distinct_n(words, 1), number(c, "distinct1"), 1e-9);
        expect_close(distinct_n(words, 2), number(c, "distinct2"), 1e-9);
        expect_close(distinct_n(words, 3), number(c, "distinct3"), 1e-9);
        expect_close(mtld(all), number(c, "mtld"), 1e-9);
        expect_close(mattr(all, 10), number(c, "mattr10"), 1e-9);
        expect_close(yule_k(all), number(c, "yule_k"), 1e-9);
        expect_close(self_bleu4(words), number(c, "self_bleu4_eps01"), 1e-9);
        expect_close(share_with_word_starting(turns, "thank"), number(c, "share_turns_with_thank"), 1e-9);
        expect_close(share_ending_in_terminal_punctuation(turns), number(c, "share_ending_in_terminal_punct"), 1e-9);
        expect_close(share_starting_in_lower_case(turns), number(c, "share_lowercase_initial"), 1e-9);
    }
}

TEST(Lexical, diversity_of_repetitive_text_matches_the_vector) {
    const auto& c = cases("lexical").at(2);
    const Tokens text = tokens(std::string(c.at("tokens_text").as_string()));
    expect_close(mtld(text), number(c, "mtld"), 1e-9);
    expect_close(mtld_forward(text), number(c, "mtld_forward"), 1e-9);
    expect_close(mtld_forward(Tokens(text.rbegin(), text.rend())), number(c, "mtld_backward"), 1e-9);
    expect_close(mattr(text, 20), number(c, "mattr20"), 1e-9);
    expect_close(yule_k(text), number(c, "yule_k"), 1e-9);
}

TEST(Lexical, bleu_equals_the_published_example) {
    const auto& check = group("lexical").at("bleu_check");
    std::vector<Tokens> references;
    for (const auto& r : check.at("references").as_array()) {
        references.push_back(tokens(std::string(r.as_string())));
    }
    const Tokens hypothesis = tokens(std::string(check.at("hypothesis").as_string()));
    expect_close(bleu4(hypothesis, references), number(check, "bleu4"), 1e-9);
}

TEST(Lexical, words_of_other_scripts_stay_whole_and_are_lowered) {
    EXPECT_EQ(tokens("Größe ÜBER Ñandú"), (Tokens{"größe", "über", "ñandú"}));
    EXPECT_EQ(tokens("Привет, МИР!"), (Tokens{"привет", "мир"}));
    EXPECT_EQ(tokens("¿Qué? “sí”…"), (Tokens{"qué", "sí"}));
    EXPECT_EQ(tokens("don't rock'n'roll A-10023"), (Tokens{"don't", "rock'n", "roll", "a", "10023"}));
    EXPECT_TRUE(tokens("'' ?! …").empty());
}

TEST(Lexical, nothing_said_is_no_error) {
    EXPECT_EQ(distinct_n({}, 2), 0.0);
    EXPECT_EQ(mtld({}), 0.0);
    EXPECT_EQ(mattr({}, 10), 0.0);
    EXPECT_EQ(yule_k({}), 0.0);
    EXPECT_EQ(self_bleu4({}), 0.0);
}

TEST(TwoSample, matches_the_vectors) {
    for (const auto& c : cases("two_sample")) {
        const std::vector<double> a = numbers(c.at("a"));
        const std::vector<double> b = numbers(c.at("b"));
        expect_close(mann_whitney_u(a, b), number(c, "U"), 1e-10);
        expect_close(auc(a, b), number(c, "auc"), 1e-10);
        expect_close(cliffs_delta(a, b), number(c, "cliffs_delta"), 1e-10);
        expect_close(ks_statistic(a, b), number(c, "ks"), 1e-10);
        expect_close(wasserstein1(a, b), number(c, "wasserstein1"), 1e-10);
        expect_close(ks_permutation_p(a, b), number(c, "ks_perm_p"), 1e-10);
        EXPECT_NEAR(ks_permutation_p(a, b, 6000), number(c, "ks_perm_p"), 0.003);
    }
}

TEST(TwoSample, jensen_shannon_matches_the_vector) {
    for (const auto& c : group("two_sample").at("jsd").as_array()) {
        std::map<std::string, double> p;
        std::map<std::string, double> q;
        for (const auto& item : c.at("p").as_object()) {
            p[std::string(item.key())] = number(item.value());
        }
        for (const auto& item : c.at("q").as_object()) {
            q[std::string(item.key())] = number(item.value());
        }
        expect_close(jensen_shannon_bits(p, q), number(c, "jsd_bits"), 1e-10);
        EXPECT_NEAR(jensen_shannon_bits(p, p), 0.0, 1e-15);
        EXPECT_NEAR(jensen_shannon_bits(p, {{"z", 1.0}}), 1.0, 1e-12);
    }
}

}  // namespace
}  // namespace sosia::stats
