# sosia_web_shell(OUT_VAR) builds web/ into one HTML page without data and gives its path.
#
# SOSIA_WEB=AUTO (the default) needs Node 20 and npm; where they are missing, or the packages cannot be fetched, the page is
# empty, everything else is built, and the build and `sosia report` say what is missing. ON makes that an error, OFF skips it.
set(SOSIA_WEB AUTO CACHE STRING "Build the web application: AUTO, ON or OFF")
set_property(CACHE SOSIA_WEB PROPERTY STRINGS AUTO ON OFF)

function(sosia_web_shell out_var)
  set(shell ${CMAKE_BINARY_DIR}/web/shell.html)
  set(web ${CMAKE_SOURCE_DIR}/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*.ts ${web}/src/*.tsx ${web}/src/*.css ${web}/scripts/*)
  list(FILTER sources EXCLUDE REGEX "/src/generated/")
  file(GLOB schemas CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schemas/output/*.schema.json)
  add_custom_command(OUTPUT ${shell}
    COMMAND ${CMAKE_SOURCE_DIR}/scripts/build_web.sh ${shell} ${SOSIA_WEB}
    DEPENDS ${sources} ${schemas} ${web}/index.html ${web}/package.json ${web}/package-lock.json ${web}/tsconfig.json
            ${web}/vite.config.ts ${CMAKE_SOURCE_DIR}/scripts/build_web.sh
    COMMENT "Building the web application" VERBATIM)
  set(${out_var} ${shell} PARENT_SCOPE)
endfunction()
