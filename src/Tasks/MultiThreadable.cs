namespace Microsoft.Build.Framework;

/// <summary>
/// Marks a task that uses full paths only and no process-wide state, so that the multithreaded engine runs it in process.
/// The engine matches the attribute by name; declaring it here keeps older engines loadable.
/// </summary>
[System.AttributeUsage(System.AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : System.Attribute;
