using System;
using System.Collections.Generic;
using MixPrec.Metadata;
using MixPrec.Plan;

namespace MixPrec.Emit;

/// <summary>A class that is announced but has no plan yet.</summary>
internal sealed record ModelStub(string ClassName, string Namespace, string Access)
{
    /// <exception cref="FormatException">The text does not announce a class.</exception>
    public static ModelStub Read(string text)
    {
        var members = Json.Parse(text) as Dictionary<string, object?> ?? throw new FormatException("an object expected");
        string name = Member("ClassName"), space = Member("Namespace"), access = Member("Access");
        return CSharpIdentifier.IsClassName(name) && Identifiers.IsNamespace(space) && access is ("" or "internal" or "public")
            ? new(name, space, access.Length == 0 ? "internal" : access)
            : throw new FormatException("the class name, the namespace or the access is none");

        string Member(string member) => members.TryGetValue(member, out object? value) && value is string words ? words : "";
    }
}

/// <summary>
/// Prints the class an editor sees before the first build: every member throws and says so. Inputs and outputs are not known yet.
/// </summary>
internal static class StubEmitter
{
    public static string Emit(ModelStub stub)
    {
        const string Spans = "global::System.ReadOnlySpan<float> input, global::System.Span<float> output";
        string name = PlanNames.Class(stub.ClassName);
        string fail = "throw new global::System.InvalidOperationException("
            + Literals.Text($"'{stub.ClassName}' has no plan yet: build the project once.") + ")";
        var code = new CodeWriter();
        ModelEmitter.Begin(code, stub.Namespace);
        code.Line("/// <summary>Has no plan yet: build the project once. "
            + "Until then inputs and outputs are not known, and every member throws.</summary>");
        code.Line(ModelEmitter.GeneratedCode);
        code.Open($"{stub.Access} sealed partial class {name} : global::System.IDisposable");
        foreach (string header in new[]
        {
            "public static string PlanHash", "public static global::MixPrec.Runtime.ModelInfo Info",
            $"public static {name} Load(int threads = 1)",
                $"public static {name} Load(string path, int threads = 1)",
            $"public static {name} Load(global::System.ReadOnlyMemory<byte> weights, int threads = 1)", $"public void Run({Spans})",
                $"public void Run(int dimension, {Spans})", "public Session CreateSession()",
        })
        {
            WriteMember(code, header, fail);
        }

        WriteMember(code, "public void Dispose()", fail);
        code.Line("/// <summary>Throws: there is no plan yet.</summary>");
        code.Open("public sealed class Session : global::System.IDisposable");
        WriteMember(code, $"public void Run({Spans})", fail);
        WriteMember(code, $"public void Run(int dimension, {Spans})", fail);
        WriteMember(code, "public void Dispose()", fail);
        code.Close();
        code.Close();
        ModelEmitter.End(code, stub.Namespace);
        return code.ToString();
    }

    private static void WriteMember(CodeWriter code, string header, string fail)
    {
        code.Line("/// <summary>Throws: there is no plan yet.</summary>");
        code.Member(header, fail);
        code.Line();
    }
}
