# Runs at installation: writes the files that depend on the prefix or come from the program itself.
# In: WEIR_PROGRAM, the built program; WEIR_UNIT, the systemd unit; WEIR_MADE, a folder to write in.

file(READ ${WEIR_UNIT} unit)
string(REPLACE "/usr/bin/weir" "${CMAKE_INSTALL_PREFIX}/bin/weir" unit "${unit}")
file(WRITE ${WEIR_MADE}/weir.service "${unit}")
file(INSTALL ${WEIR_MADE}/weir.service DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)

# Installs what `weir ARGUMENTS` prints as FILE in the prefix. A program without that command installs nothing.
function(install_said file)
  execute_process(COMMAND ${WEIR_PROGRAM} ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_QUIET)
  if(NOT code EQUAL 0)
    message(STATUS "Left out: ${file} (this weir has no command for it)")
    return()
  endif()
  file(WRITE ${WEIR_MADE}/${file} "${said}")
  get_filename_component(folder ${file} DIRECTORY)
  file(INSTALL ${WEIR_MADE}/${file} DESTINATION ${CMAKE_INSTALL_PREFIX}/${folder})
endfunction()

install_said(share/man/man1/weir.1 man)
install_said(share/bash-completion/completions/weir completion bash)
install_said(share/zsh/site-functions/_weir completion zsh)
install_said(share/fish/vendor_completions.d/weir.fish completion fish)
