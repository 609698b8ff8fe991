@echo off
rem Finds a Python and hands over to run.py, which holds the logic.
setlocal
chcp 65001 >nul
set "ENOUGH=import struct, sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 15) and struct.calcsize('P') == 8))"
for %%P in ("py -3.11" "py -3.12" "py -3.13" "py -3.14" "python" "python3") do (
    %%~P -I -S -c "%ENOUGH%" >nul 2>nul && (
        %%~P -I "%~dp0run.py" %*
        goto done
    )
)
echo benban: Python 3.11 - 3.14 (64-bit) is needed. Type: winget install Python.Python.3.12
echo benban: Cần Python 3.11 - 3.14 (64-bit). Gõ: winget install Python.Python.3.12
exit /b 1
:done
exit /b %ERRORLEVEL%
