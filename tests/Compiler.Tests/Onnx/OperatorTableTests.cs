using MixPrec.Compiler.Onnx;
using Xunit;

namespace MixPrec.Compiler.Tests.Onnx;

public sealed class OperatorTableTests
{
    /// <summary>Each operator's importer is the class of its name, and no class of the folder is missing from the table.</summary>
    [Fact]
    public void TableAndClassesAgree()
    {
        var classes = typeof(OperatorTable).Assembly.GetTypes().Where(t => t.Namespace == "MixPrec.Compiler.Onnx.Ops" && !t.IsNested)
            .Select(t => t.Name);
        Assert.Equal(OperatorTable.Names, classes.Order(StringComparer.Ordinal));
        Assert.All(OperatorTable.Names, name => Assert.Equal(name, OperatorTable.Find(name)!.Import.Method.DeclaringType!.Name));
    }
}
