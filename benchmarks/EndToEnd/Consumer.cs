using System.Diagnostics;
using System.Globalization;
using MixPrec.Compiler.Graphs;
using MixPrec.Plan;

namespace MixPrec.Benchmarks.EndToEnd;

/// <summary>A user's project with one package reference and one model, built and run as a user does.</summary>
/// <param name="Folder">Outside the repository, so that none of its settings apply.</param>
internal sealed record Consumer(string Folder, string Batch, string Version, Graph Graph)
{
    /// <summary>Writes the project. Its program reads <c>in0.bin…</c>, runs every sample and writes <c>out0.bin…</c>.</summary>
    /// <param name="metadata">Of the model item, as XML attributes.</param>
    public void Write(string model, string metadata)
    {
        Directory.CreateDirectory(Folder);
        File.Copy(model, Path.Combine(Folder, "model.onnx"), overwrite: true);
        File.WriteAllText(Path.Combine(Folder, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{Batch}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MixPrec.Build" Version="{Version}" />
                <MixedPrecisionModel Include="model.onnx" ClassName="Net" {metadata} />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(Folder, "Program.cs"), Program());
    }

    /// <summary>The first error's code and text, or null when the project was built.</summary>
    public string? Build() =>
        Run("dotnet", "build", "--nologo", "-v", "q", "-c", "Release", "-nodeReuse:false") is (0, _) ? null : LastError;

    /// <summary>
    /// The outputs of the samples, each an array [samples, an output…], and what the class says of itself as <c>key=value</c>.
    /// </summary>
    public (IReadOnlyList<Tensor> Outputs, IReadOnlyDictionary<string, string> Info) Run(Samples samples)
    {
        for (int i = 0; i < samples.Arrays.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(Folder, $"in{i}.bin"), samples.Arrays[i].Bytes.ToArray());
        }

        var (code, output) = Run("dotnet", Path.Combine("bin", "Release", "net10.0", "Consumer.dll"),
            samples.Count.ToString(CultureInfo.InvariantCulture));
        if (code != 0)
        {
            throw new InvalidOperationException($"the program ended with {code}: {output}");
        }

        return ([.. Graph.Outputs.Select((o, i) =>
            new Tensor(o.Type.Element, [samples.Count, .. Samples.Shape(o)], File.ReadAllBytes(Path.Combine(Folder, $"out{i}.bin"))))],
            output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]));
    }

    private string LastError { get; set; } = "";

    private string Program()
    {
        var ports = Graph.Inputs.Select((v, i) => (Value: v, Name: $"in{i}"))
            .Concat(Graph.Outputs.Select((v, i) => (Value: v, Name: $"out{i}"))).ToArray();
        long Length(Value value) => Tensor.Count(Samples.Shape(value));
        return $$"""
            using System.Globalization;
            using System.Runtime.InteropServices;
            using Consumer;

            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            int count = int.Parse(args[0]);
            {{Lines(Graph.Inputs, (v, i) => $"var in{i} = MemoryMarshal.Cast<byte, {CSharp(v)}>(File.ReadAllBytes(\"in{i}.bin\")).ToArray();")}}
            {{Lines(Graph.Outputs, (v, i) => $"var out{i} = new {CSharp(v)}[count * {Length(v)}];")}}
            using var net = Net.Load();
            for (int s = 0; s < count; s++)
            {
                net.Run({{string.Join(", ", ports.Select(p => $"{p.Name}.AsSpan(s * {Length(p.Value)}, {Length(p.Value)})"))}});
            }

            {{Lines(Graph.Outputs, (_, i) => $"File.WriteAllBytes(\"out{i}.bin\", MemoryMarshal.AsBytes<{CSharp(Graph.Outputs[i])}>(out{i}).ToArray());")}}
            Console.WriteLine($"loss={Net.Info.Loss}");
            Console.WriteLine($"predicted={Net.Info.PredictedLossError:F4}");
            Console.WriteLine($"measured={Net.Info.MeasuredLossError:F4}");
            Console.WriteLine($"microseconds={Net.Info.MeasuredMicroseconds:F1}");
            Console.WriteLine($"precisions={string.Join(", ", Net.Info.Layers.CountBy(layer => layer.Precision).Select(p => $"{p.Value} × {p.Key}"))}");
            """;
    }

    private static string Lines(IReadOnlyList<Value> values, Func<Value, int, string> line) => string.Join('\n', values.Select(line));

    private static string CSharp(Value value) => value.Type.Element switch
    {
        ElementType.F32 => "float",
        ElementType.I64 => "long",
        _ => throw new NotSupportedException($"a port of type {value.Type.Element}"),
    };

    private (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder,
            RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        LastError = output.Split('\n').FirstOrDefault(l => l.Contains("error ", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf("error ", StringComparison.Ordinal) + 6)..].Trim() : output;
        return (process.ExitCode, output);
    }
}
