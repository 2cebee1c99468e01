using System.Reflection;
using MixPrec.Emit;
using MixPrec.Plan;
using MixPrec.Runtime;
using Xunit;

namespace MixPrec.Compiler.Tests.Emission;

/// <summary>What a session inherits: a value of the model may be called like any of it, and the emitted name must not hide it.</summary>
public sealed class PlaceNameTests
{
    public static TheoryData<string> Inherited =>
    [
        .. typeof(ModelSession).GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(m => m is MethodInfo { IsSpecialName: false } method ? method.IsPublic || method.IsFamily
                : m is PropertyInfo { GetMethod: { } getter } && (getter.IsPublic || getter.IsFamily))
            .Select(m => m.Name).Distinct().Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Inherited))]
    public void NoPlaceHidesAnInheritedMember(string name)
    {
        var plan = new ModelPlan("Net", "", "public", new('0', 64), "File", 0, default, default, default, default, default, PlanInfo.None);
        Assert.NotEqual(name, new PlanNames(plan).Member(name));
    }
}
