#!/usr/bin/env bash
# .NET 10.0.12 (SDK 10.0.401, crossgen2 of the same version), Linux x64, PublishReadyToRun: of the generic methods of a library that its
# own code mentions, two kinds are compiled at run time all the same when an application calls them.
#  1. Those over a primitive type: Fill<uint> and Fill<float> are compiled at the first call. Fill over a struct of the library around the
#     same uint is not: its machine code comes from the image.
#  2. Those over a type that inherits the default body of a static interface member: Sum over a type that has its own body is not compiled,
#     Sum over one that leaves it to the interface is.
# So a library that wants to start fast has to call its generics with types of its own, and to give static members no default.
# Exits with 1 when a behaviour is no longer this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir library application
cat > library/library.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>
PROJECT
cat > library/Library.cs <<'PROGRAM'
using System.Runtime.CompilerServices;

public readonly record struct Own(uint Value);

public interface IShape { static abstract int Rows { get; } static virtual int Groups => 1; }

public readonly struct Inherits : IShape { public static int Rows => 2; }

public readonly struct Overrides : IShape { public static int Rows => 2; public static int Groups => 1; }

public static class Library
{
    // Called by nobody: the compiler ahead of time sees the instantiations here.
    public static void Mention()
    {
        Fill<Own>([], default);
        Fill<uint>([], default);
        Fill<float>([], default);
        Sum<Overrides>(0);
        Sum<Inherits>(0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Fill<T>(T[] target, T value) where T : unmanaged
    {
        for (int i = 0; i < target.Length; i++) target[i] = value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Sum<T>(int n) where T : struct, IShape
    {
        int sum = 0;
        for (int i = 0; i < n; i++) sum += T.Rows * T.Groups;
        return sum;
    }
}
PROGRAM
cat > application/application.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <PublishReadyToRun>true</PublishReadyToRun><SelfContained>false</SelfContained>
  </PropertyGroup>
  <ItemGroup><ProjectReference Include="../library/library.csproj" /></ItemGroup>
</Project>
PROJECT
cat > application/Program.cs <<'PROGRAM'
using System;
using System.Runtime;

// Methods that the just-in-time compiler compiles on this thread during the first call.
static long Count(Action call)
{
    long before = JitInfo.GetCompiledMethodCount(currentThread: true);
    call();
    return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
}

// What counting and writing themselves compile is over by now.
Console.WriteLine($"first {Count(() => Console.Write("")) >= 0}");
Own[] own = new Own[4];
uint[] integers = new uint[4];
float[] floats = new float[4];
Console.WriteLine($"Fill<Own> {Count(() => Library.Fill(own, new Own(1)))}");
Console.WriteLine($"Fill<uint> {Count(() => Library.Fill(integers, 1u))}");
Console.WriteLine($"Fill<float> {Count(() => Library.Fill(floats, 1f))}");
Console.WriteLine($"Sum<Overrides> {Count(() => Library.Sum<Overrides>(3))}");
Console.WriteLine($"Sum<Inherits> {Count(() => Library.Sum<Inherits>(3))}");
PROGRAM
dotnet publish application -c Release -o out -v q
./out/application | tee output.txt
diff output.txt - <<'EXPECTED'
first True
Fill<Own> 0
Fill<uint> 1
Fill<float> 1
Sum<Overrides> 0
Sum<Inherits> 1
EXPECTED
