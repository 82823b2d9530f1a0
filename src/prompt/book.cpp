#include "prompt/book.h"

#include <kainjow/mustache.hpp>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "sosia_prompt_data_data.h"

namespace sosia::prompt {
namespace json = boost::json;
namespace mustache = kainjow::mustache;
namespace {

mustache::data data_of(const json::value& value);

mustache::data data_of(const json::object& object) {
    mustache::data out{mustache::data::type::object};
    for (const auto& [key, value] : object) {
        out.set(std::string(key), data_of(value));
    }
    return out;
}

mustache::data data_of(const json::value& value) {
    if (value.is_object()) {
        return data_of(value.as_object());
    }
    if (value.is_array()) {
        mustache::data out{mustache::data::type::list};
        for (const json::value& item : value.as_array()) {
            out.push_back(data_of(item));
        }
        return out;
    }
    if (value.is_bool()) {
        return mustache::data{value.as_bool()};
    }
    if (value.is_string()) {
        // An empty text leaves its section out, which is what whoever writes {{#profile}} means.
        return value.as_string().empty() ? mustache::data{false} : mustache::data{std::string(value.as_string())};
    }
    return value.is_null() ? mustache::data{false} : mustache::data{json::serialize(value)};
}

}  // namespace

struct Book::Impl {
    std::map<std::string, std::string, std::less<>> texts;
    // Rendering is not const in the library, though it changes nothing that is seen.
    mutable std::map<std::string, mustache::mustache, std::less<>> parsed;
};

Book::Book(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Book::~Book() = default;
Book::Book(Book&&) noexcept = default;
Book& Book::operator=(Book&&) noexcept = default;

const std::map<std::string, std::string, std::less<>>& shipped() {
    static const auto texts = [] {
        std::map<std::string, std::string, std::less<>> out;
        constexpr std::string_view folder = "data/";
        constexpr std::string_view ending = ".mustache";
        for (const sosia_prompt_data::EmbeddedFile& file : sosia_prompt_data::embedded_files()) {
            std::string_view name = file.name.substr(folder.size());
            name.remove_suffix(ending.size());
            out.emplace(name, file.text);
        }
        return out;
    }();
    return texts;
}

Result<Book> Book::create(const std::map<std::string, std::string>& own) {
    auto impl = std::make_unique<Impl>();
    impl->texts = shipped();
    std::vector<std::string> names;
    for (const auto& [name, text] : impl->texts) {
        names.push_back(name);
    }
    for (const auto& [name, text] : own) {
        if (!impl->texts.contains(name)) {
            const std::string_view near = nearest(name, names);
            return fail(ErrorKind::usage, fmt::format("there is no prompt \"{}\"", name),
                        near.empty() ? "there are: " + join(names, ", ") : fmt::format("did you mean \"{}\"?", near));
        }
        impl->texts[name] = text;
    }
    for (const auto& [name, text] : impl->texts) {
        mustache::mustache parsed(text);
        if (!parsed.is_valid()) {
            return fail(ErrorKind::usage, fmt::format("the prompt \"{}\": {}", name, parsed.error_message()));
        }
        parsed.set_custom_escape([](const std::string& plain) { return plain; });
        impl->parsed.emplace(name, std::move(parsed));
    }
    return Book(std::move(impl));
}

std::string Book::render(std::string_view name, const json::object& values) const {
    return impl_->parsed.find(name)->second.render(data_of(values));
}

std::string Book::hash(std::string_view prefix) const {
    std::string all;
    for (const auto& [name, text] : impl_->texts) {
        if (name.starts_with(prefix)) {
            all += fmt::format("{} {}\n{}\n", name, text.size(), text);
        }
    }
    return content_hash(all);
}

}  // namespace sosia::prompt
