#include "spec/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"

namespace sosia::spec {
namespace {

struct Subtree {
    Node node;
    std::size_t nodes = 1;
    std::size_t depth = 1;
};

std::size_t count_nodes(const Node& node) {
    std::size_t n = 1;
    for (const Node& item : node.items) {
        n += count_nodes(item);
    }
    for (const Node::Member& member : node.members) {
        n += count_nodes(member.value);
    }
    return n;
}

std::size_t depth_of(const Node& node) {
    std::size_t deepest = 0;
    for (const Node& item : node.items) {
        deepest = std::max(deepest, depth_of(item));
    }
    for (const Node::Member& member : node.members) {
        deepest = std::max(deepest, depth_of(member.value));
    }
    return deepest + 1;
}

// Turns yaml-cpp's events into nodes; expands aliases itself, so that it can count.
class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(std::string_view text, const YamlLimits& limits) : text_(text), limits_(limits) {}

    std::vector<Node> take() { return std::move(documents_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        anchors_.clear();
        if (documents_.size() >= limits_.nodes) {
            throw YamlStop{mark, "too many YAML documents in one file", ""};
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(leaf(mark, "", true), mark, anchor); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw YamlStop{mark, "this alias stands inside the value it names: a value cannot contain itself", ""};
        }
        if (wants_key() && !found->second.node.is_scalar()) {
            refuse_key(mark);
        }
        count(mark, found->second.nodes);
        check_depth(mark, stack_.size() + found->second.depth);
        finish(found->second.node, mark, 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const bool plain = tag == "?" || tag.empty();
        if (!plain && tag != "!" && !tag.starts_with("tag:yaml.org,2002:")) {
            refuse_tag(mark, tag);
        }
        if (!plain) {
            check_closed(mark);
        }
        const bool typed = tag.starts_with("tag:yaml.org,2002:") && tag != "tag:yaml.org,2002:str";
        finish(leaf(mark, value, plain || typed), mark, anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, tag, anchor, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, tag, anchor, Node::Kind::map);
    }
    void OnMapEnd() override {
        merge(stack_.back());
        close();
    }

  private:
    struct Frame {
        Node node;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        std::string key;
        Place key_place;
        bool key_plain = false;
        std::vector<Node> merges;              // values of `<<`
        std::unordered_set<std::string> keys;  // seen so far
    };

    static Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

    static Node leaf(const YAML::Mark& mark, const std::string& value, bool plain) {
        Node node;
        node.kind = plain ? plain_kind(value) : Node::Kind::text;
        node.plain = plain;
        node.place = place_of(mark);
        node.text = value;
        return node;
    }

    bool wants_key() const { return !stack_.empty() && stack_.back().node.is_map() && !stack_.back().has_key; }

    [[noreturn]] static void refuse_key(const YAML::Mark& mark) {
        throw YamlStop{mark, "a key must be plain text, not a mapping or a list",
                       "text with {{...}} or [...] in it needs quotes around it"};
    }

    [[noreturn]] static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        throw YamlStop{mark, fmt::format("the tag \"{}\" means nothing here", shorten(tag, 40)),
                       "put quotes around text that begins with \"!\""};
    }

    void count(const YAML::Mark& mark, std::size_t nodes) {
        nodes_ += nodes;
        if (nodes_ > limits_.nodes) {
            throw YamlStop{mark,
                           fmt::format("more than {} values in one file (aliases counted as often as they are used)",
                                       limits_.nodes),
                           "split the file"};
        }
    }

    void check_depth(const YAML::Mark& mark, std::size_t depth) const {
        if (depth > limits_.depth) {
            throw YamlStop{mark, fmt::format("nested deeper than {} levels", limits_.depth), ""};
        }
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
        if (wants_key()) {
            refuse_key(mark);
        }
        if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with("tag:yaml.org,2002:")) {
            refuse_tag(mark, tag);
        }
        count(mark, 1);
        check_depth(mark, stack_.size() + 1);
        Frame frame;
        frame.node.kind = kind;
        frame.node.place = place_of(mark);
        frame.mark = mark;
        frame.anchor = anchor;
        stack_.push_back(std::move(frame));
    }

    void close() {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        --nodes_;  // finish counts it again
        finish(std::move(frame.node), frame.mark, frame.anchor);
    }

    void finish(Node node, const YAML::Mark& mark, YAML::anchor_t anchor) {
        count(mark, 1);
        if (anchor != 0) {
            anchors_[anchor] = Subtree{node, count_nodes(node), depth_of(node)};
        }
        if (stack_.empty()) {
            documents_.push_back(std::move(node));
        } else if (stack_.back().node.is_list()) {
            stack_.back().node.items.push_back(std::move(node));
        } else if (wants_key()) {
            take_key(node, mark);
        } else {
            take_value(std::move(node), mark);
        }
    }

    void take_key(const Node& node, const YAML::Mark& mark) {
        Frame& frame = stack_.back();
        if (node.is_null() && node.text.empty()) {
            throw YamlStop{mark, "a key is missing before this \":\"", ""};
        }
        frame.key = node.text;
        frame.key_place = place_of(mark);
        frame.key_plain = node.plain;
        frame.has_key = true;
        if (!frame.keys.insert(frame.key).second && !(frame.key == "<<" && node.plain)) {
            throw YamlStop{
                mark, fmt::format("the key \"{}\" stands here twice{}", shorten(frame.key, 60), first_place(frame)),
                "keep one of them"};
        }
    }

    static std::string first_place(const Frame& frame) {
        const Node::Member* first = frame.node.member(frame.key);
        return first == nullptr ? "" : fmt::format(", first in line {}", first->place.line);
    }

    void take_value(Node node, const YAML::Mark& mark) {
        Frame& frame = stack_.back();
        frame.has_key = false;
        if (frame.key == "<<" && frame.key_plain) {
            take_merge(frame, std::move(node), mark);
            return;
        }
        if (node.is_null() && node.text.empty()) {
            node.place = frame.key_place;  // the parser's mark is that of the next token
        }
        frame.node.members.push_back({std::move(frame.key), frame.key_place, std::move(node)});
    }

    static void take_merge(Frame& frame, Node node, const YAML::Mark& mark) {
        if (node.is_map()) {
            frame.merges.push_back(std::move(node));
            return;
        }
        if (!node.is_list() || !std::ranges::all_of(node.items, &Node::is_map)) {
            throw YamlStop{mark, "\"<<\" needs a mapping, usually an alias such as *base", ""};
        }
        std::ranges::move(node.items, std::back_inserter(frame.merges));
    }

    // Keys written in the mapping itself win over merged ones, earlier merges over later ones.
    static void merge(Frame& frame) {
        for (Node& from : frame.merges) {
            for (Node::Member& member : from.members) {
                if (frame.keys.insert(member.key).second) {
                    frame.node.members.push_back(std::move(member));
                }
            }
        }
    }

    // yaml-cpp takes the end of the file for a missing closing quote.
    void check_closed(const YAML::Mark& mark) const {
        const auto start = static_cast<std::size_t>(std::max(mark.pos, 0));
        const char quote = start < text_.size() ? text_[start] : ' ';
        if (quote != '"' && quote != '\'') {
            return;  // an anchor or a tag stands before it
        }
        for (std::size_t at = start + 1; at < text_.size(); ++at) {
            const bool escapes = quote == '"' && text_[at] == '\\';
            const bool doubled = quote == '\'' && text_.substr(at).starts_with("''");
            if (escapes || doubled) {
                ++at;
            } else if (text_[at] == quote) {
                return;
            }
        }
        throw YamlStop{mark, "this quote is never closed", ""};
    }

    std::string_view text_;
    YamlLimits limits_;
    std::vector<Node> documents_;
    std::vector<Frame> stack_;
    std::unordered_map<YAML::anchor_t, Subtree> anchors_;
    std::size_t nodes_ = 0;
};

}  // namespace

std::vector<Node> yaml_trees(std::string_view text, const YamlLimits& limits) {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(text, limits);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
}

}  // namespace sosia::spec
