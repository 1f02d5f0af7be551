@echo off
rem Starts Genrescope; the first start makes its environment in .venv beside this file.
rem
rem   run_app.bat                 the window; a double-click does the same
rem   run_app.bat predict FILE    any verb of the command line
rem
rem Every path is quoted, because folders may be named "Rock & Pop (new)"; without delayed expansion they may even
rem hold an exclamation mark.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "VENV=%ROOT%.venv"
set "PYTHON=%VENV%\Scripts\python.exe"
rem A copy of pyproject.toml as it was installed, written last.
set "STAMP=%VENV%\genrescope-installed.toml"
rem There while pip works: still being there, it tells of an installation that was interrupted.
set "UNFINISHED=%VENV%\genrescope-unfinished"
set "BASE="
set "TRIES=0"
set "DOUBLE_CLICKED="
if "%~1"=="" set "DOUBLE_CLICKED=1"

call :is_installed
if not "%ERRORLEVEL%"=="0" call :install_alone
if not "%ERRORLEVEL%"=="0" goto failed
rem -P: a folder named app in the current directory must not be taken for the program.
"%PYTHON%" -P -m app %*
set "RESULT=%ERRORLEVEL%"
goto end
:failed
set "RESULT=1"
:end
if not "%RESULT%"=="0" if defined DOUBLE_CLICKED pause
exit /b %RESULT%

:is_installed
if not exist "%PYTHON%" exit /b 1
if exist "%UNFINISHED%" exit /b 1
fc /b "%ROOT%pyproject.toml" "%STAMP%" >nul 2>nul
if not "%ERRORLEVEL%"=="0" exit /b 1
rem A folder that was moved or copied still has the program of the old place installed.
"%PYTHON%" -P -c "import os, sys, app; sys.exit(not os.path.samefile(os.path.dirname(os.path.dirname(app.__file__)), sys.argv[1]))" "%ROOT%." >nul 2>nul
exit /b %ERRORLEVEL%

:install_alone
rem While one start installs, it holds this file open, and the redirection of another start fails.
set "OUTCOME="
call :install 9>"%TEMP%\genrescope-install.lock"
if defined OUTCOME exit /b %OUTCOME%
set /a TRIES+=1
if %TRIES% gtr 600 exit /b 1
echo Genrescope: waiting for another start to finish installing...
ping -n 4 127.0.0.1 >nul
goto install_alone

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
call :find_python
if not defined BASE goto no_python
echo Genrescope: first start: installing into "%VENV%". This takes some minutes and about 1 GB.
%BASE% -m venv --clear "%VENV%"
if not "%ERRORLEVEL%"=="0" goto no_venv
:pip
type nul >"%UNFINISHED%"
rem The dot, because a backslash before the closing quote would be taken for part of the path.
"%PYTHON%" -m pip install --no-input --disable-pip-version-check -e "%ROOT%."
if not "%ERRORLEVEL%"=="0" goto no_pip
copy /y "%ROOT%pyproject.toml" "%STAMP%" >nul
if not "%ERRORLEVEL%"=="0" goto no_venv
del "%UNFINISHED%"
:installed
set "OUTCOME=0"
exit /b 0
:no_python
echo Genrescope: it needs Python 3.11 or newer with tcl/tk; install it, for example with "winget install Python.Python.3.13", and start again. >&2
exit /b 1
:no_venv
echo Genrescope: the environment "%VENV%" could not be made for the reason above; check that the folder can be written and the disk is not full. >&2
exit /b 1
:no_pip
del "%UNFINISHED%"
echo Genrescope: the installation failed for the reason above; check the internet connection and the free disk space, and start again. >&2
exit /b 1

:find_python
rem A search must not make Python's install manager install one.
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
for %%P in ("py -3.13" "py -3.12" "py -3.11" "py -3" "python" "python3") do if not defined BASE call :try_python %%~P
exit /b 0

:try_python
rem Run, not looked for: on a fresh Windows "python" is a stub that only advertises the store.
%* -c "import sys, ensurepip, tkinter, venv; sys.exit(sys.version_info < (3, 11))" >nul 2>nul <nul
if "%ERRORLEVEL%"=="0" set "BASE=%*"
exit /b 0
