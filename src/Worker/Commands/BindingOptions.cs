using System.CommandLine;
using MixPrec.Compiler.Onnx;
using MixPrec.Compiler.Options;
using MixPrec.Metadata;

namespace MixPrec.Worker.Commands;

/// <summary>The metadata that change what a model is before anything is decided, as options of the commands that look at one.</summary>
internal sealed class BindingOptions
{
    private readonly Option<string> dimensions = MetadataOptions.FromRow(ModelMetadata.Rows.Single(row => row.Name == "Dimensions"));
    private readonly Option<string> constants = MetadataOptions.FromRow(ModelMetadata.Rows.Single(row => row.Name == "Constants"));

    public BindingOptions(Command command)
    {
        command.Add(dimensions);
        command.Add(constants);
    }

    public DimensionBindings Dimensions(ParseResult arguments) => DimensionBindings.Parse(arguments.GetValue(dimensions));

    public ConstantBindings Constants(ParseResult arguments) => ConstantBindings.Parse(arguments.GetValue(constants));
}
