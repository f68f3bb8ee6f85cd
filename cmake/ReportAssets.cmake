# The report page's parts as a source file: cmake -D OUT=... -D LIBRARY=... -D PAGE=<folder> -P this.
include("${CMAKE_CURRENT_LIST_DIR}/TextLiterals.cmake")

file(WRITE "${OUT}.new" "#include \"app/report/report_assets.h\"\n\nnamespace mnemo {\n\n")
literal(kReportPage "${OUT}.new" "${PAGE}/page.html")
literal(kReportStyle "${OUT}.new" "${PAGE}/report.css")
literal(kReportCode "${OUT}.new" "${PAGE}/charts.js" "${PAGE}/class_answers.js" "${PAGE}/answers.js"
  "${PAGE}/report.js")
literal(kChartLibrary "${OUT}.new" "${LIBRARY}")
file(APPEND "${OUT}.new" "\n}  // namespace mnemo\n")
file(RENAME "${OUT}.new" "${OUT}")
