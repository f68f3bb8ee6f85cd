# The table of public holidays as a source file: cmake -D OUT=... -D TABLE=... -P this.
include("${CMAKE_CURRENT_LIST_DIR}/TextLiterals.cmake")

file(WRITE "${OUT}.new" "#include \"datasets/holiday_table.h\"\n\nnamespace mnemo {\n\n")
literal(kHolidayTable "${OUT}.new" "${TABLE}")
file(APPEND "${OUT}.new" "\n}  // namespace mnemo\n")
file(RENAME "${OUT}.new" "${OUT}")
