#include "user/realizer_bank.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "sosia_user_data_data.h"
#include "user/realizer_acts.h"

namespace sosia::user::wording {
namespace {

constexpr std::array<std::string_view, style_count> style_names{"neutral",   "terse",      "verbose",
                                                                "technical", "non-native", "rambling"};
constexpr std::array<std::string_view, band_count> band_names{"calm", "irritated", "frustrated", "angry"};
constexpr std::array<std::string_view, hole_count> hole_names{"slot", "label", "old", "want", "do", "q", "iq"};
constexpr std::array<std::string_view, 6> manner_names{"statement", "request", "question",
                                                       "protest",   "closing", "bare"};
constexpr std::array<std::string_view, language_count> language_codes{"en", "es", "de"};

constexpr std::size_t first_style_group = 4;
constexpr std::size_t first_colour_group = 9;
constexpr std::size_t first_pair_group = 11;

std::optional<Hole> hole_named(std::string_view name) {
    const auto* const found = std::ranges::find(hole_names, name);
    if (found == hole_names.end()) {
        return std::nullopt;
    }
    return static_cast<Hole>(found - hole_names.begin());
}

std::uint8_t count_words(const Line& line) {
    std::size_t words = 0;
    for (const Piece& piece : line.pieces) {
        bool inside = false;
        for (std::size_t i = piece.begin; i < piece.end; ++i) {
            const bool space = line.text[i] == ' ';
            words += (!space && !inside) ? 1 : 0;
            inside = !space;
        }
    }
    return static_cast<std::uint8_t>(std::min<std::size_t>(words, 255));
}

bool ends_with_its_slot(const Line& line) {
    for (std::size_t i = 0; i + 1 < line.pieces.size(); ++i) {
        const Piece& next = line.pieces[i + 1];
        const bool text_follows = next.begin < next.end && !std::string_view(".!?").contains(line.text[next.begin]);
        if (line.pieces[i].hole == Hole::slot && text_follows) {
            return false;
        }
    }
    return true;
}

Result<std::vector<Line>> parse_lines(std::string_view block) {
    std::vector<Line> lines;
    for (const std::string_view raw : split(block, '\n')) {
        const std::string_view text = trim(raw);
        if (text.empty()) {
            continue;
        }
        Result<Line> line = parse_line(text);
        if (!line) {
            return std::unexpected(line.error());
        }
        lines.push_back(std::move(*line));
    }
    return lines;
}

std::string text_of(const YAML::Node& node) {
    return node.IsScalar() ? node.Scalar() : std::string();
}

std::optional<Group> group_named(std::string_view name) {
    for (std::size_t g = 0; g < group_count; ++g) {
        if (group_name(static_cast<Group>(g)) == name) {
            return static_cast<Group>(g);
        }
    }
    return std::nullopt;
}

using Grouped = std::array<std::vector<Line>, group_count>;

Result<void> read_act(const YAML::Node& node, std::string_view name, Grouped& into) {
    for (const auto& entry : node) {
        const std::string key = entry.first.Scalar();
        const std::optional<Group> group = group_named(key);
        if (!group) {
            return fail(ErrorKind::malformed, "act " + std::string(name) + ": unknown group " + key);
        }
        Result<std::vector<Line>> lines = parse_lines(text_of(entry.second));
        if (!lines) {
            return std::unexpected(lines.error());
        }
        for (Line& line : *lines) {
            line.id = hash64(line.text, hash64(name));
            into[*group].push_back(std::move(line));
        }
    }
    return {};
}

ActLines flatten(Grouped& grouped) {
    ActLines act;
    for (std::size_t g = 0; g < group_count; ++g) {
        act.groups[g].begin = static_cast<std::uint16_t>(act.lines.size());
        std::ranges::move(grouped[g], std::back_inserter(act.lines));
        act.groups[g].end = static_cast<std::uint16_t>(act.lines.size());
    }
    return act;
}

std::vector<std::string> plain_lines(const YAML::Node& node) {
    std::vector<std::string> lines;
    const std::string text = text_of(node);
    for (const std::string_view raw : split(text, '\n')) {
        if (!trim(raw).empty()) {
            lines.emplace_back(trim(raw));
        }
    }
    return lines;
}

void read_around(const YAML::Node& node, Bank& bank) {
    for (std::size_t m = 0; m < manner_names.size(); ++m) {
        const YAML::Node manner = node[std::string(manner_names[m])];
        if (manner) {
            bank.around[m].leads = plain_lines(manner["leads"]);
            bank.around[m].tails = plain_lines(manner["tails"]);
        }
    }
}

Result<void> read_extra(const YAML::Node& node, std::vector<Line>& into) {
    Result<std::vector<Line>> lines = parse_lines(text_of(node));
    if (!lines) {
        return std::unexpected(lines.error());
    }
    for (Line& line : *lines) {
        line.id = hash64(line.text, 1);
        into.push_back(std::move(line));
    }
    return {};
}

Result<void> read_extras(const YAML::Node& root, Bank& bank) {
    const std::pair<const char*, std::vector<Line>*> plain[] = {
        {"greetings", &bank.greetings}, {"digressions", &bank.digressions}, {"elaborations", &bank.elaborations},
        {"thanks", &bank.thanks},       {"worries", &bank.worries},         {"doubts", &bank.doubts}};
    for (const auto& [key, lines] : plain) {
        if (const YAML::Node node = root[key]; node) {
            if (Result<void> read = read_extra(node, *lines); !read) {
                return read;
            }
        }
    }
    for (std::size_t b = 0; b < band_count; ++b) {
        const YAML::Node node = root["nudges"] ? root["nudges"][std::string(band_names[b])] : YAML::Node();
        if (node && !node.IsNull()) {
            if (Result<void> read = read_extra(node, bank.nudges[b]); !read) {
                return read;
            }
        }
    }
    return {};
}

struct Unsorted {
    Bank bank;
    std::vector<Grouped> acts = std::vector<Grouped>(speech_acts().size());
};

Result<void> read_acts(const YAML::Node& node, Unsorted& reading) {
    for (const auto& entry : node) {
        const std::string name = entry.first.Scalar();
        const std::optional<std::size_t> act = find_speech_act(name);
        if (!act) {
            return fail(ErrorKind::malformed, "unknown act " + name);
        }
        if (Result<void> read = read_act(entry.second, name, reading.acts[*act]); !read) {
            return read;
        }
    }
    return {};
}

Result<void> read_file(std::string_view text, Unsorted& reading) {
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        if (root["around"]) {
            read_around(root["around"], reading.bank);
        }
        if (root["fillers"]) {
            reading.bank.fillers = plain_lines(root["fillers"]);
        }
        if (root["please"]) {
            reading.bank.please = root["please"].Scalar();
        }
        if (Result<void> read = read_extras(root, reading.bank); !read) {
            return read;
        }
        return root["acts"] ? read_acts(root["acts"], reading) : Result<void>{};
    } catch (const YAML::Exception& wrong) {
        return fail(ErrorKind::malformed, wrong.what());
    }
}

Result<Bank> load_bank(std::string_view language) {
    Unsorted reading;
    const std::string prefix = "data/phrases_" + std::string(language);
    for (const auto& file : sosia_user_data::embedded_files()) {
        if (!file.name.starts_with(prefix)) {
            continue;
        }
        if (Result<void> read = read_file(file.text, reading); !read) {
            return fail(read.error().kind, std::string(file.name) + ": " + read.error().message);
        }
    }
    for (Grouped& grouped : reading.acts) {
        reading.bank.acts.push_back(flatten(grouped));
        if (reading.bank.acts.back().groups[neutral_group].empty()) {
            const std::string_view act = speech_acts()[reading.bank.acts.size() - 1].name;
            return fail(ErrorKind::malformed, prefix + ": no neutral line for act " + std::string(act));
        }
    }
    return std::move(reading.bank);
}

}  // namespace

Style style_of(std::string_view text) {
    for (std::size_t s = 1; s < style_names.size(); ++s) {
        if (text == style_names[s]) {
            return static_cast<Style>(s);
        }
    }
    return text == "non_native" || text == "nonnative" ? Style::non_native : Style::neutral;
}

Band band_of(double emotion) {
    if (emotion <= 1) {
        return Band::calm;
    }
    if (emotion <= 2.5) {
        return Band::irritated;
    }
    return emotion <= 4 ? Band::frustrated : Band::angry;
}

Language language_of(std::string_view text) {
    for (std::size_t i = 0; i < language_codes.size(); ++i) {
        if (text.starts_with(language_codes[i]) && (text.size() == 2 || text[2] == '-' || text[2] == '_')) {
            return static_cast<Language>(i);
        }
    }
    return Language::english;
}

std::string_view code(Language language) {
    return language_codes[static_cast<std::size_t>(language)];
}

Group group_of(Band band) {
    return static_cast<Group>(band);
}

Group group_of(Style style) {
    return static_cast<Group>(first_style_group + static_cast<std::size_t>(style) - 1);
}

Group group_of(Colour colour) {
    return static_cast<Group>(first_colour_group + static_cast<std::size_t>(colour) - 1);
}

Group group_of(Style style, Band band) {
    const std::size_t row = static_cast<std::size_t>(style) - 1;
    return static_cast<Group>(first_pair_group + row * (band_count - 1) + static_cast<std::size_t>(band) - 1);
}

std::string group_name(Group group) {
    const std::size_t g = group;
    if (g == neutral_group) {
        return "neutral";
    }
    if (g < first_style_group) {
        return std::string(band_names[g]);
    }
    if (g < first_colour_group) {
        return std::string(style_names[g - first_style_group + 1]);
    }
    if (g < first_pair_group) {
        return g == first_colour_group ? "anxious" : "confused";
    }
    const std::size_t pair = g - first_pair_group;
    return std::string(style_names[pair / (band_count - 1) + 1]) + "+" +
           std::string(band_names[pair % (band_count - 1) + 1]);
}

Result<Line> parse_line(std::string_view text) {
    Line line{.text = std::string(text)};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t open = text.find('{', at);
        const std::size_t literal_end = std::min(open, text.size());
        Piece piece{static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(literal_end), Hole::none};
        at = literal_end;
        if (open != std::string_view::npos) {
            const std::size_t close = text.find('}', open);
            const auto hole =
                close == std::string_view::npos ? std::nullopt : hole_named(text.substr(open + 1, close - open - 1));
            if (!hole) {
                return fail(ErrorKind::malformed, "unknown {hole} in: " + std::string(text));
            }
            piece.hole = *hole;
            line.needs = static_cast<Needs>(line.needs | bit(*hole));
            at = close + 1;
        }
        line.pieces.push_back(piece);
    }
    line.words = count_words(line);
    line.slot_ends = ends_with_its_slot(line);
    return line;
}

Result<std::vector<Bank>> load_banks() {
    std::vector<Bank> banks;
    for (const std::string_view language : language_codes) {
        Result<Bank> bank = load_bank(language);
        if (!bank) {
            return std::unexpected(bank.error());
        }
        banks.push_back(std::move(*bank));
    }
    return banks;
}

}  // namespace sosia::user::wording
