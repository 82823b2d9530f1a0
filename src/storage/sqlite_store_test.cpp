// What only a file can do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
