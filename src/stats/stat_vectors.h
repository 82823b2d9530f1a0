// For the tests: reads tests/vectors/stat_vectors.json, whose values come from an independent implementation.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "stats/interval.h"

namespace sosia::stats::vectors {

inline const boost::json::object& all() {
    static const boost::json::value everything = [] {
        std::ifstream file(SOSIA_SOURCE_DIR "/tests/vectors/stat_vectors.json");
        std::stringstream text;
        text << file.rdbuf();
        return boost::json::parse(text.str());
    }();
    return everything.as_object();
}

inline const boost::json::object& group(std::string_view name) {
    return all().at(name).as_object();
}

inline const boost::json::array& cases(std::string_view name) {
    return group(name).at("cases").as_array();
}

inline double number(const boost::json::value& v) {
    return v.to_number<double>();
}
inline double number(const boost::json::value& v, std::string_view key) {
    return number(v.at(key));
}
inline std::size_t count(const boost::json::value& v, std::string_view key) {
    return v.at(key).to_number<std::size_t>();
}

inline std::vector<double> numbers(const boost::json::value& v) {
    std::vector<double> out;
    for (const boost::json::value& item : v.as_array()) {
        out.push_back(number(item));
    }
    return out;
}

inline std::vector<std::vector<double>> rows(const boost::json::value& v) {
    std::vector<std::vector<double>> out;
    for (const boost::json::value& row : v.as_array()) {
        out.push_back(numbers(row));
    }
    return out;
}

// Tolerance as the file defines it: relative to max(1, |expected|).
inline void expect_close(double actual, double expected, double tolerance, std::string_view what = "") {
    EXPECT_NEAR(actual, expected, tolerance * std::max(1.0, std::abs(expected))) << what;
}

inline void expect_close(const Interval& actual, const boost::json::value& expected, double tolerance,
                         std::string_view what = "") {
    expect_close(actual.low, number(expected.as_array().at(0)), tolerance, what);
    expect_close(actual.high, number(expected.as_array().at(1)), tolerance, what);
}

}  // namespace sosia::stats::vectors
