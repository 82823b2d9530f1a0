# sosia_embed(TARGET namespace files...) compiles data files into TARGET, so that the binary needs no files beside it.
# Generates <namespace>_data.h with:  std::span<const EmbeddedFile> <namespace>::embedded_files();
function(sosia_embed target namespace)
  set(out_dir ${CMAKE_CURRENT_BINARY_DIR}/generated)
  set(out_cpp ${out_dir}/${namespace}_data.cpp)
  set(out_h ${out_dir}/${namespace}_data.h)
  set(files "")
  foreach(f ${ARGN})
    get_filename_component(abs ${f} ABSOLUTE)
    list(APPEND files ${abs})
  endforeach()
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(OUTPUT ${out_cpp} ${out_h}
    COMMAND ${CMAKE_COMMAND} -DNAMESPACE=${namespace} -DFILES=${joined} -DROOT=${CMAKE_CURRENT_SOURCE_DIR}
            -DOUT_CPP=${out_cpp} -DOUT_H=${out_h} -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake VERBATIM)
  target_sources(${target} PRIVATE ${out_cpp} ${out_h})
  # Data may be longer than what the standard asks every compiler to accept; ours accept it.
  set_source_files_properties(${out_cpp} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_include_directories(${target} PRIVATE ${out_dir})
endfunction()
