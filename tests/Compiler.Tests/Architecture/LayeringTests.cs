using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace MixPrec.Compiler.Tests.Architecture;

/// <summary>
/// The rooms of the compiler stand in the order that CONTRIBUTING.md lists, and what a room names lies in itself or before it.
/// </summary>
public sealed class LayeringTests
{
    private static readonly string Compiler = Path.Combine(RepositoryFolder.Root, "src", "Compiler");

    private static readonly Lazy<(string File, string From, string Name, string To)[]> Arrows = new(FindArrows);

    private const string BesideTheRooms = "the files beside the rooms";

    [Fact]
    public void EveryRoomIsListed() =>
        Assert.Equal(Directory.GetDirectories(Compiler).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal), Order().Order(StringComparer.Ordinal));

    [Fact]
    public void NothingNamesALaterRoom()
    {
        string[] order = [.. Order(), BesideTheRooms];
        var arrows = Arrows.Value.Where(a => Array.IndexOf(order, a.To) > Array.IndexOf(order, a.From)).ToArray();
        Assert.True(arrows.Length == 0, string.Join('\n', arrows.Select(a => $"{a.File} of {a.From} names {a.Name} of {a.To}").Distinct()));
    }

    /// <summary>The check sees something: rooms that use each other by design are among the arrows.</summary>
    [Fact]
    public void ArrowsAreSeen() => Assert.Contains(Arrows.Value, a => a is { From: "Lowering", To: "Graph", Name: "Node" });

    private static string[] Order() =>
        [.. File.ReadLines(Path.Combine(RepositoryFolder.Root, "CONTRIBUTING.md")).Where(l => l.Contains(" →", StringComparison.Ordinal))
            .SelectMany(l => l.Split('→', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static (string File, string From, string Name, string To)[] FindArrows()
    {
        var trees = Directory.EnumerateFiles(Compiler, "*.cs", SearchOption.AllDirectories)
            .Where(f => RoomOf(f) is not ("bin" or "obj"))
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), new CSharpParseOptions(LanguageVersion.Latest), f))
            .Append(CSharpSyntaxTree.ParseText("global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using MixPrec.Compiler.Foundation;"));

        // Generated code and the other assemblies come from what is built; types of these sources come first.
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)
            .WithMetadataImportOptions(MetadataImportOptions.All);
        var compilation = CSharpCompilation.Create("MixPrec.Compiler", trees, references, options);
        return [.. compilation.SyntaxTrees.Where(t => t.FilePath.Length > 0).AsParallel().SelectMany(tree =>
        {
            var model = compilation.GetSemanticModel(tree);
            string from = RoomOf(tree.FilePath);
            return tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
                .Select(name => TypeOf(model.GetSymbolInfo(name).Symbol))
                .OfType<INamedTypeSymbol>()
                .SelectMany(type => type.DeclaringSyntaxReferences.Take(1)
                    .Select(declared => (File: Path.GetFileName(tree.FilePath), From: from, type.Name,
                    To: RoomOf(declared.SyntaxTree.FilePath))))
                .Where(arrow => arrow.To != arrow.From)
                .Distinct()
                .ToArray();
        })];
    }

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType,
        _ => null,
    };

    /// <summary>
    /// The folder below src/Compiler; for the files beside the rooms, which only put them together, the place after the last.
    /// </summary>
    private static string RoomOf(string file) => Path.GetRelativePath(Compiler, file)
        .Split(Path.DirectorySeparatorChar) is [var room, _, ..] ? room : BesideTheRooms;
}
