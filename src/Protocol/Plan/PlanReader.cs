using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using MixPrec.Metadata;

namespace MixPrec.Plan;

/// <summary>
/// Reads what <see cref="PlanWriter"/> prints and checks it: whatever reaches C# outside of literals and comments is an identifier,
/// a keyword of a closed list or an integer expression over declared symbols.
/// </summary>
internal sealed class PlanReader
{
    private readonly List<IntExpr> _parts = [];

    private PlanReader()
    {
    }

    /// <inheritdoc cref="ReadPlan"/>
    public static ModelPlan Read(string text) => new PlanReader().ReadPlan(text);

    /// <exception cref="FormatException">The text is no plan of this format; the message says what is wrong.</exception>
    private ModelPlan ReadPlan(string text)
    {
        var root = Members(Json.Parse(text));
        if (Number(root, "Format") is var format && format != PlanWriter.FormatVersion)
        {
            throw new FormatException($"format {format}, but this generator reads format {PlanWriter.FormatVersion}");
        }

        foreach (object? part in root.ContainsKey("Parts") ? List(root, "Parts") : [])
        {
            _parts.Add(Expression(part));
        }

        string space = Text(root, "Namespace");
        var plan = new ModelPlan(
            CSharpIdentifier.IsClassName(Text(root, "ClassName")) ? Text(root, "ClassName")
                : throw new FormatException("the class name is no free identifier"),
            Identifiers.IsNamespace(space) ? space : throw new FormatException("the namespace is none"),
            OneOf(Text(root, "Access"), "internal", "public"),
            Text(root, "Hash"),
            OneOf(Text(root, "WeightsMode"), "Embedded", "File", "Bytes"),
            (long)Number(root, "WeightsLength"),
            new(List(root, "Symbols")
                .Select(row => new PlanSymbol(Identifier(Text(row, 0)), Text(row, 1),
                Items(row).Count > 2 ? Expression(Item(row, 2)) : null))),
            new(List(root, "Ports").Select(Port)),
            new(List(root, "Slots").Select(Expression)),
            new((root.ContainsKey("Requirements") ? List(root, "Requirements") : [])
                .Select(row => new PlanRequirement(Expression(Item(row, 0)), Expression(Item(row, 1))))),
            new(List(root, "Steps").Select(Step)),
            Info(Members(Get(root, "Info"))))
        {
            States = new((root.ContainsKey("States") ? List(root, "States") : [])
                .Select(row => new PlanState(Index(row, 0), Index(row, 1)))),
            Cache = root.ContainsKey("Cache") ? Cache(Get(root, "Cache")) : null,
        };
        return plan.Hash.Length == 64 && plan.Hash.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')) ? plan
            : throw new FormatException("the hash is not 64 hexadecimal digits");
    }

    private static PlanCache Cache(object? row) => new(
        Identifier(Text(row, 0)), Identifier(Text(row, 1)), Identifier(Text(row, 2)), Index(row, 3),
            new(Items(Item(row, 4)).Select(pair => new PlanState(Index(pair, 0), Index(pair, 1)))));

    private PlanPort Port(object? row) =>
        new(Identifier(Text(row, 1)), Text(row, 2), Type(Text(row, 3)), new(Items(Item(row, 4)).Select(Expression)),
            OneOf(Text(row, 0), "input", "output") == "output");

    private PlanStep Step(object? value)
    {
        var step = Members(value);
        return new PlanStep(Dotted(Text(step, "Method")), Text(step, "Name"), Text(step, "Comment"),
            new(List(step, "Arguments").Select(Argument)))
        {
            Shapes = step.ContainsKey("Shapes") ? Text(step, "Shapes") : "",
            Count = step.ContainsKey("Count") ? Identifier(Text(step, "Count")) : null,
            Repeats = step.ContainsKey("Repeats") ? (int)Number(step, "Repeats") : 0,
        };
    }

    private PlanArgument Argument(object? row)
    {
        string[] kind = Text(row, 0).Split(':');
        PlanArgument argument = kind[0] switch
        {
            "int" => new PlanArgument.Integer(Expression(Item(row, 1))),
            "ints" => new PlanArgument.Integers(new(Items(Item(row, 1)).Select(Expression))),
            "f32" => new PlanArgument.Single(SingleFromBits(Text(row, 1))),
            "flag" => new PlanArgument.Flag(Item(row, 1) is true),
            "slot" => Location(row, Place.Slot),
            "port" => Location(row, Place.Port),
            "constant" => Location(row, Place.Constant),
            "new" => new PlanArgument.Construct(Dotted(Text(row, 1)), new(Items(Item(row, 2)).Select(Argument))),
            "sizes" => new PlanArgument.Sizes(Identifier(Text(row, 1)),
                new(Items(Item(row, 2)).Select(m => new Size(Identifier(Text(m, 0)), Expression(Item(m, 1)))))),
            "enum" => new PlanArgument.EnumMember(Identifier(Text(row, 1)), Identifier(Text(row, 2))),
            var other => throw new FormatException($"'{other}' is no kind of argument"),
        };
        return kind.Length == 1 ? argument : argument with { Name = Identifier(Text(row, 0).Substring(kind[0].Length + 1)) };
    }

    private PlanArgument Location(object? row, Place place) =>
        new PlanArgument.Location(Type(Text(row, 1)), place, Index(row, 2),
            Expression(Item(row, 3))) { Label = Items(row).Count > 4 ? Text(row, 4) : "" };

    private static int Index(object? row, int item) =>
        Item(row, item) is double index ? (int)index : throw new FormatException("an index expected");

    private static PlanInfo Info(Dictionary<string, object?> info) => new(
        Text(info, "Loss"), Measured(info, "ErrorBudget") ?? throw new FormatException("'ErrorBudget' is no number"),
            Measured(info, "PredictedLossError"), Measured(info, "MeasuredLossError"),
        Measured(info, "PredictedMicroseconds"), Measured(info, "MeasuredMicroseconds"), Measured(info, "Float32Microseconds"),
            Text(info, "Machine"),
        new(List(info, "Layers")
            .Select(row => new PlanLayer(Text(row, 0), Text(row, 1), Text(row, 2), Text(row, 3), Measured(Item(row, 4)),
            Measured(Item(row, 5)))))) { Threads = Threads(info) };

    /// <summary>1 where the plan does not say.</summary>
    private static int Threads(Dictionary<string, object?> info) =>
        !info.TryGetValue("Threads", out object? value) ? 1
            : value is double threads and > 1 and <= ModelMetadata.MostThreads && (int)threads == threads ? (int)threads
            : throw new FormatException($"'Threads' is no whole number from 2 to {ModelMetadata.MostThreads}");

    private static float SingleFromBits(string hex) =>
        int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int bits)
        ? BitConverter.ToSingle(BitConverter.GetBytes(bits), 0)
        : throw new FormatException($"'{hex}' are no bits of a number");

    private static ElementType Type(string name) => Enum.TryParse(name, out ElementType type)
        && type.ToString() == name ? type : throw new FormatException($"'{name}' is no element type");

    private IntExpr Expression(object? value) =>
        value is string text ? IntExprParser.Parse(text, _parts) : throw new FormatException("an integer expression expected");

    /// <summary>An identifier of C# in ASCII: no keyword, which the printed class could not hold.</summary>
    private static string Identifier(string text) => IntExprParser.IsIdentifier(text)
        && CSharpIdentifier.IsValid(text) ? text : throw new FormatException($"'{text}' is no identifier");

    private static string Dotted(string text) => string.Join(".", text.Split('.').Select(Identifier));

    private static string OneOf(string text, params string[] allowed) =>
        allowed.Contains(text) ? text : throw new FormatException($"'{text}' is not one of {string.Join(", ", allowed)}");

    private static Dictionary<string, object?> Members(object? value) =>
        value as Dictionary<string, object?> ?? throw new FormatException("an object expected");

    private static List<object?> Items(object? value) => value as List<object?> ?? throw new FormatException("a list expected");

    private static object? Item(object? row, int index) => Items(row) is var items
        && index < items.Count ? items[index] : throw new FormatException("a list is too short");

    private static object? Get(Dictionary<string, object?> members, string name) =>
        members.TryGetValue(name, out object? value) ? value : throw new FormatException($"'{name}' is missing");

    private static List<object?> List(Dictionary<string, object?> members, string name) => Items(Get(members, name));

    private static string Text(Dictionary<string, object?> members, string name) =>
        Get(members, name) as string ?? throw new FormatException($"'{name}' is no text");

    private static string Text(object? row, int index) => Item(row, index) as string ?? throw new FormatException("a text expected");

    private static double Number(Dictionary<string, object?> members, string name) =>
        Get(members, name) is double value ? value : throw new FormatException($"'{name}' is no number");

    private static double? Measured(Dictionary<string, object?> members, string name) => Measured(Get(members, name));

    /// <summary>Finite, or null: a serializer of the application has to write it.</summary>
    private static double? Measured(object? value) => value switch
    {
        double number when !double.IsNaN(number) && !double.IsInfinity(number) => number,
        null => null,
        _ => throw new FormatException("a finite number expected"),
    };
}
