using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MixPrec.Metadata;

namespace MixPrec.Tasks.Models;

/// <summary>What the targets read of a model.</summary>
internal static class PreparedItem
{
    public static TaskItem From(ModelItem model, ModelFiles files, string weightsMode, string lockFile, string projectDirectory)
    {
        var item = new TaskItem(MSBuildText.Escape(model.Model));
        foreach (var (name, value) in new[]
        {
            ("ClassName", model.ClassName),
            ("Job", files.Job),
            ("LockFile", lockFile),
            ("Plan", CompilerPath.FromPath(files.Plan, projectDirectory)),
            ("Weights", CompilerPath.FromPath(files.Weights, projectDirectory)),
            ("Stub", CompilerPath.FromPath(files.Stub, projectDirectory)),
            ("Diagnostics", files.Diagnostics),
            ("WeightsMode", weightsMode),
            ("WeightsName", ResourceName(model)),
        })
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(name, value);
        }

        item.SetMetadata("AllFiles", string.Join(";", files.All.Select(MSBuildText.Escape)));
        return item;
    }

    private static string ResourceName(ModelItem model) =>
        string.Join(".", new[] { "MixPrec", model["Namespace"], model.ClassName, "weights" }.Where(part => part.Length > 0));
}
