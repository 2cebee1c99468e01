using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MixPrec.Tasks.Models;

/// <summary>What the targets read of a model: paths, and the inputs and output by which MSBuild decides whether the worker runs.</summary>
internal static class PreparedItem
{
    public static TaskItem From(ModelItem model, ModelFiles files, string weightsMode, IReadOnlyList<string> inputs, bool answered)
    {
        var item = new TaskItem(MSBuildText.Escape(model.Model));
        foreach (var (name, value) in new[]
        {
            ("ClassName", model.ClassName),
            ("Job", files.Job),
            ("Plan", files.Plan),
            ("Weights", files.Weights),
            ("Stub", files.Stub),
            ("Diagnostics", files.Diagnostics),
            ("WeightsMode", weightsMode),
            ("WeightsName", ResourceName(model)),
            ("InputList", string.Join("|", inputs)),

            // A stamp that does not answer the job must not stop the worker, whatever its time is.
            ("Answer", answered ? files.StampFile : files.Never),
        })
        {
            ((ITaskItem2)item).SetMetadataValueLiteral(name, value);
        }

        item.SetMetadata("Inputs", string.Join(";", inputs.Select(MSBuildText.Escape)));
        item.SetMetadata("AllFiles", string.Join(";", files.All.Select(MSBuildText.Escape)));
        return item;
    }

    private static string ResourceName(ModelItem model) =>
        string.Join(".", new[] { "MixPrec", model["Namespace"], model.ClassName, "weights" }.Where(part => part.Length > 0));
}
