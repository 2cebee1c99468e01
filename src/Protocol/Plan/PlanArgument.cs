using System.Collections.Generic;
using System.Linq;

namespace MixPrec.Plan;

/// <summary>An argument of a kernel call; C# infers all type arguments from these.</summary>
internal abstract record PlanArgument
{
    /// <summary>The parameter it is for, an identifier, printed as <c>name: value</c>; empty where it is not known.</summary>
    public string Name { get; init; } = "";

    /// <summary>Every integer expression of the argument.</summary>
    public IEnumerable<IntExpr> Expressions => this switch
    {
        Integer a => [a.Value],
        Integers a => a.Values,
        Location a => [a.Offset],
        Construct a => a.Arguments.SelectMany(inner => inner.Expressions),
        Sizes a => a.Members.Select(m => m.Value),
        _ => [],
    };

    /// <summary>Every address in the argument.</summary>
    public IEnumerable<Location> Locations => this switch
    {
        Location a => [a],
        Construct a => a.Arguments.SelectMany(inner => inner.Locations),
        _ => [],
    };

    /// <summary>An integer over the symbols.</summary>
    public sealed record Integer(IntExpr Value) : PlanArgument;

    /// <summary>A list of integers, passed as a span without allocation.</summary>
    public sealed record Integers(EquatableArray<IntExpr> Values) : PlanArgument;

    /// <summary>A single-precision number.</summary>
    public sealed record Single(float Value) : PlanArgument
    {
        public bool Equals(Single? other) => other is not null && Value.Equals(other.Value);

        public override int GetHashCode() => Value.GetHashCode();
    }

    public sealed record Flag(bool Value) : PlanArgument;

    /// <summary>An address: slot, port, or constant; <paramref name="Offset"/> in bytes from its start.</summary>
    /// <param name="Index">Slot or port number; 0 for constants, whose offset counts from the start of the weights.</param>
    public sealed record Location(ElementType Type, Place Place, int Index, IntExpr Offset) : PlanArgument
    {
        /// <summary>
        /// What lies there, in the words of the model file; the class names the place after it. Empty for ports, which have a name, and for
        /// what has none.
        /// </summary>
        public string Label { get; init; } = "";
    }

    /// <summary>A struct of the runtime made from arguments: an activation, a store, an elementwise function.</summary>
    public sealed record Construct(string Type, EquatableArray<PlanArgument> Arguments) : PlanArgument
    {
        /// <summary>Whether <paramref name="Type"/> is a method of a class that finds the type arguments by itself.</summary>
        public bool IsFactory => IsMethod(Type);

        public static bool IsMethod(string type) => type.Contains(".");
    }

    /// <summary>A struct of sizes.</summary>
    /// <param name="Interface">What it implements; the struct of <c>MixPrec.Runtime.Kernels</c> has the same name without I.</param>
    public sealed record Sizes(string Interface, EquatableArray<Size> Members) : PlanArgument;

    /// <summary>A value of an enumeration of the runtime.</summary>
    public sealed record EnumMember(string Type, string Member) : PlanArgument;
}

/// <summary>A property of a struct of sizes.</summary>
internal sealed record Size(string Name, IntExpr Value);

/// <summary>Where an address points.</summary>
internal enum Place
{
    Slot, Port, Constant,
}
