#!/usr/bin/env bash
# Google.OrTools 9.15.6755, .NET 10.0.12, Linux x64: CpSolver.Solve puts a handler of its own in the place of the process's for SIGINT, and the
# system's default when it returns. An application that cancels its work on Ctrl-C (Console.CancelKeyPress, PosixSignalRegistration) is
# ended by the next one instead, without a word and with whatever it was writing half done. With the parameter catch_sigint_signal:false
# the handler stays.
# Looks at the signals that the process catches (SigCgt in /proc/self/status) before a solve, after one with that parameter, and after one
# without. Exits with 1 when the behaviour is no longer this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > signals.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><NoWarn>NU1603</NoWarn></PropertyGroup>
  <ItemGroup><PackageReference Include="Google.OrTools" Version="9.15.6755" /></ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'PROGRAM'
using System.Globalization;
using System.Runtime.InteropServices;
using Google.OrTools.Sat;

const int Interrupt = 2;

bool IsCaught()
{
    string caught = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigCgt:", StringComparison.Ordinal))[7..].Trim();
    return (ulong.Parse(caught, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (Interrupt - 1) & 1) == 1;
}

void Solve(string parameters)
{
    var model = new CpModel();
    model.Maximize(model.NewIntVar(0, 5, "x"));
    new CpSolver { StringParameters = parameters }.Solve(model);
}

using var registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
Console.WriteLine($"before {IsCaught()}");
Solve("num_workers:1 catch_sigint_signal:false");
Console.WriteLine($"after catch_sigint_signal:false {IsCaught()}");
Solve("num_workers:1");
Console.WriteLine($"after the default {IsCaught()}");
PROGRAM
dotnet run -v q | tee output.txt
diff output.txt - <<'EXPECTED'
before True
after catch_sigint_signal:false True
after the default False
EXPECTED
