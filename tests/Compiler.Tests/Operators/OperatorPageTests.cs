using MixPrec.Compiler.Execution;
using MixPrec.Compiler.Onnx;
using MixPrec.Emit;
using MixPrec.Plan;
using Xunit;

namespace MixPrec.Compiler.Tests.Operators;

/// <summary>Holds docs/operators.md and the compiler together.</summary>
public sealed class OperatorPageTests
{
    [Fact]
    public void PageIsWhatTheCompilerHas()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "operators.md")), derived = OperatorPage.Text();
        Assert.True(page == derived, $"docs/operators.md has to read:\n{derived}");
    }

    [Fact]
    public void EveryOperatorHasASample()
    {
        Assert.Equal(OperatorTable.Names, OperatorSamples.Typical.Keys);
        Assert.Equal(TabularOperators.Names, TabularSamples.Typical.Keys);
    }

    /// <summary>
    /// What the page says to run is C# that compiles: every call with every combination of types that some sample makes, once; kernels take
    /// all integers alike.
    /// </summary>
    [Fact]
    public void EveryTypeThatRunsCompiles()
    {
        var seen = new HashSet<string>();
        var plans = OperatorPage.Running.Value.SelectMany(r => r).Select((r, i) => r.Plan with { Namespace = $"Sample{i}" })
            .Where(plan => plan.Steps.Select(Call).ToArray().Count(seen.Add) > 0).ToArray();
        var assembly = CSharpAssembly.Load(plans.Select(ModelEmitter.Emit));
        Assert.All(plans, plan => Assert.NotNull(assembly.GetType($"{plan.Namespace}.{plan.ClassName}")));
    }

    private static string Call(PlanStep step) => $"{step.Method}({string.Join(",", step.Arguments.Select(Kind))})";

    private static string Kind(PlanArgument argument) => argument switch
    {
        PlanArgument.Location { Type: var type } => OperatorPage.Integers.Contains(type) ? "integer" : type.ToString(),
        PlanArgument.Construct construct => $"{construct.Type}({string.Join(",", construct.Arguments.Select(Kind))})",
        _ => argument.GetType().Name,
    };
}
