using MixPrec.Metadata;

namespace MixPrec.Tasks.Tests;

public sealed class ModelMetadataTests
{
    private static MetadataRule Rule(string name) => ModelMetadata.Rows.Single(row => row.Name == name).Rule;

    [Theory]
    [InlineData("ErrorBudget", "0.01", "0.01")]
    [InlineData("ErrorBudget", "1e-3", "1e-3")]
    [InlineData("ErrorBudget", "0,01", null)]
    [InlineData("ErrorBudget", "-1", null)]
    [InlineData("ErrorBudget", "NaN", null)]
    [InlineData("ErrorBudget", "Infinity", null)]
    [InlineData("MinTop1Agreement", "1.01", null)]
    [InlineData("MaxWeightBytes", "1e6", null)]
    [InlineData("Objective", "macs", "Macs")]
    [InlineData("Objective", "Speed", null)]
    [InlineData("Access", "private", null)]
    [InlineData("Dimensions", "batch=1;sequence=128", "batch=1;sequence=128")]
    [InlineData("Dimensions", "batch", null)]
    [InlineData("Dimensions", "batch=0", null)]
    [InlineData("Constants", "sr=16000;scales=1,0.5,-1e-3", "sr=16000;scales=1,0.5,-1e-3")]
    [InlineData("Constants", "sr", null)]
    [InlineData("Constants", "=1", null)]
    [InlineData("Constants", "sr=", null)]
    [InlineData("Constants", "sr=1,,2", null)]
    [InlineData("Constants", "sr=NaN", null)]
    [InlineData("Constants", "sr=16 kHz", null)]
    [InlineData("State", "h=i;c=d", "h=i;c=d")]
    [InlineData("State", "h=i=j", null)]
    [InlineData("State", "h=", null)]
    [InlineData("Cache", "past_*=present_*", "past_*=present_*")]
    [InlineData("Cache", "auto", "auto")]
    [InlineData("Cache", "yes", null)]
    [InlineData("CheckFinite", "True", "true")]
    [InlineData("CheckFinite", "yes", null)]
    [InlineData("Namespace", "A.class", null)]
    public void ValuesAreCheckedAndSpelledAsDocumented(string name, string value, string? expected) =>
        Assert.Equal(expected, Rule(name).Parse(value));

    [Theory]
    [InlineData("MixPrecTimeoutSeconds", "0", null)]
    [InlineData("MixPrecTimeoutSeconds", "-1", null)]
    [InlineData("MixPrecTimeoutSeconds", "soon", null)]
    [InlineData("MixPrecTimeoutSeconds", "2147484", null)]
    [InlineData("MixPrecTimeoutSeconds", "2147483", "2147483")]
    [InlineData("MixPrecMaxMemory", "0", null)]
    [InlineData("MixPrecMaxMemory", "4G", null)]
    [InlineData("MixPrecMaxMemory", "2147483647", "2147483647")]
    public void PropertiesAreCheckedToo(string name, string value, string? expected) =>
        Assert.Equal(expected, BuildProperty.All.Single(property => property.Name == name).Rule.Parse(value));

    [Theory]
    [InlineData("ErorBudget", "ErrorBudget")]
    [InlineData("CalibrationDate", "CalibrationData")]
    [InlineData("Lost", "Loss")]
    [InlineData("errorbudget", null)]
    [InlineData("Pi", "Pin")]
    [InlineData("Link", null)]
    [InlineData("MyOwnNote", null)]
    public void OnlyNearMissesAreTakenForTypingErrors(string name, string? intended) =>
        Assert.Equal(intended, ModelMetadata.Intended(name));

    [Fact]
    public void TheNamesThatMSBuildGivesEveryItemAreNoTypingErrors()
    {
        var item = new Microsoft.Build.Utilities.TaskItem("x.onnx");
        Assert.All(item.MetadataNames.Cast<string>().Append("Generator").Append("SubType").Append("Visible").Append("Pack"), name =>
            Assert.Null(ModelMetadata.Intended(name)));
    }
}
