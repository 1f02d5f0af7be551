@echo off
rem Starts Genrescope; the first start makes its environment in .venv beside this file.
rem
rem   run_app.bat                 the window; a double-click does the same
rem   run_app.bat predict FILE    any verb of the command line
rem   run_app.bat test            every check and test; further arguments go to pytest
rem
rem Every path is quoted, because folders may be named "Rock & Pop (new)"; without delayed expansion they may even
rem hold an exclamation mark. No path goes through "call", which would change its per cent signs and carets.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "VENV=%ROOT%.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
rem A copy of pyproject.toml as it was installed, written last.
set "STAMP=%VENV%\genrescope-installed.toml"
rem There while pip works: still being there, it tells of an installation that was interrupted.
set "UNFINISHED=%VENV%\genrescope-unfinished"
rem There where the developers' extras are installed too.
set "DEVELOPERS=%VENV%\genrescope-developers"
set "LOCK=%TEMP%\genrescope-install.lock"
set "BASE="
set "TRIES=0"
set "TESTS="
if "%~1"=="test" set "TESTS=1"
rem So that the reason of a failure can be read before the console closes.
set "DOUBLE_CLICKED="
if "%~1"=="" set "DOUBLE_CLICKED=1"

call :is_installed
if not "%ERRORLEVEL%"=="0" call :install_alone
if not "%ERRORLEVEL%"=="0" goto failed
if defined TESTS goto tests
rem -P: a folder named app in the current directory must not be taken for the program.
"%PYTHON%" -P -m app %*
set "RESULT=%ERRORLEVEL%"
goto end
:failed
set "RESULT=1"
:end
if not "%RESULT%"=="0" if defined DOUBLE_CLICKED pause
exit /b %RESULT%

:tests
rem Collected one by one, because all of them together keep the word "test". They bring their own quotes.
shift
set ARGUMENTS=
:next_argument
if [%1]==[] goto checks
set ARGUMENTS=%ARGUMENTS% %1
shift
goto next_argument
:checks
set "RESULT=0"
pushd "%ROOT%"
echo == ruff check
"%PYTHON%" -m ruff check
if not "%ERRORLEVEL%"=="0" set "RESULT=1"
echo == ruff format
"%PYTHON%" -m ruff format --check
if not "%ERRORLEVEL%"=="0" set "RESULT=1"
echo == mypy
"%PYTHON%" -m mypy
if not "%ERRORLEVEL%"=="0" set "RESULT=1"
echo == import contracts
"%PYTHON%" -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
if not "%ERRORLEVEL%"=="0" set "RESULT=1"
echo == pytest
"%PYTHON%" -m pytest%ARGUMENTS%
if not "%ERRORLEVEL%"=="0" set "RESULT=1"
popd
if "%RESULT%"=="0" (echo All checks passed.) else echo Genrescope: some checks failed; see above. >&2
exit /b %RESULT%

:is_installed
if not exist "%PYTHON%" exit /b 1
if exist "%UNFINISHED%" exit /b 1
if defined TESTS if not exist "%DEVELOPERS%" exit /b 1
rem Also where pyproject.toml has changed. A folder that was moved still has the program of the old place installed.
"%PYTHON%" -P -c "import filecmp, os, sys, app; root, stamp = sys.argv[1:]; sys.exit(not (filecmp.cmp(os.path.join(root, 'pyproject.toml'), stamp, False) and os.path.samefile(os.path.dirname(os.path.dirname(app.__file__)), root)))" "%ROOT%." "%STAMP%" >nul 2>nul
exit /b %ERRORLEVEL%

:install_alone
rem While one start installs, it holds this file open, and the redirection of another start fails.
set "OUTCOME="
call :install 9>"%LOCK%"
if defined OUTCOME exit /b %OUTCOME%
if not exist "%LOCK%" goto no_lock
set /a TRIES+=1
if %TRIES% gtr 600 goto no_lock
if "%TRIES%"=="1" echo Genrescope: waiting for another start to finish installing...
"%SystemRoot%\System32\ping.exe" -n 4 127.0.0.1 >nul
goto install_alone
:no_lock
echo Genrescope: the file "%LOCK%" cannot be written; check that the folder can be written and that no other start hangs. >&2
exit /b 1

:install
set "OUTCOME=1"
call :is_installed
if "%ERRORLEVEL%"=="0" goto installed
if not exist "%PYTHON%" goto make
if exist "%UNFINISHED%" goto make
"%PYTHON%" -P -m pip --version >nul 2>nul
if not "%ERRORLEVEL%"=="0" goto make
echo Genrescope: bringing the environment up to date...
goto pip
:make
rem From here, where no other file can be taken for Python, and where the environment has a plain name.
pushd "%ROOT%"
call :find_python
if not defined BASE goto no_python
echo Genrescope: first start: installing into "%VENV%". This takes some minutes and about 1 GB.
call %BASE% -P -m venv --clear .venv
if not "%ERRORLEVEL%"=="0" goto no_venv
popd
:pip
set "EXTRAS="
if defined TESTS set "EXTRAS=[dev]"
if exist "%DEVELOPERS%" set "EXTRAS=[dev]"
type nul >"%UNFINISHED%"
rem The dot, because a backslash before the closing quote would be taken for part of the path.
"%PYTHON%" -P -m pip install --no-input --disable-pip-version-check -e "%ROOT%.%EXTRAS%"
if not "%ERRORLEVEL%"=="0" goto no_pip
if defined EXTRAS type nul >"%DEVELOPERS%"
copy /y "%ROOT%pyproject.toml" "%STAMP%" >nul
if not "%ERRORLEVEL%"=="0" goto no_venv
del "%UNFINISHED%"
:installed
set "OUTCOME=0"
exit /b 0
:no_python
popd
echo Genrescope: it needs a 64-bit Python 3.11 or newer with tcl/tk; install it, for example with "winget install Python.Python.3.13", and start again. >&2
exit /b 1
:no_venv
popd
echo Genrescope: the environment "%VENV%" could not be made for the reason above; check that the folder can be written and the disk is not full. >&2
exit /b 1
:no_pip
rem What pip has not finished it does again; the rest can stay.
del "%UNFINISHED%"
echo Genrescope: the installation failed for the reason above; check the internet connection and the free disk space, and start again. >&2
exit /b 1

:find_python
rem A search must not make Python's install manager install one.
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
for %%P in ("py -3.13" "py -3.12" "py -3.11" "py -3" "python" "python3") do if not defined BASE call :try_python %%~P
exit /b 0

:try_python
rem Run, not looked for: on a fresh Windows "python" is a stub that only advertises the store. With "call", because
rem pyenv's "python" is a batch file, after which this one would not go on. PyTorch exists for 64 bits only.
call %* -c "import sys, ensurepip, tkinter, venv; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)" >nul 2>nul <nul
if "%ERRORLEVEL%"=="0" set "BASE=%*"
exit /b 0
