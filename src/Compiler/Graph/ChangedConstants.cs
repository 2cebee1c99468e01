namespace MixPrec.Compiler.Graphs;

/// <summary>
/// Constants that take the place of a model's: in memory, or, where there are as many as fill it, in scratch files that are mapped like the
/// model's own. The system takes pages of files back when it needs room, and what is in memory never.
/// </summary>
/// <param name="isMapped">Whether they are in files.</param>
internal sealed class ChangedConstants(bool isMapped) : IDisposable
{
    /// <summary>All in memory.</summary>
    public static readonly ChangedConstants InMemory = new(isMapped: false);

    private readonly Dictionary<Tensor, (MappedFile File, string Path)> _files = [];

    /// <summary>For one more copy of a graph's constants.</summary>
    public static ChangedConstants For(Graph graph) => FreedMemory.IsMuch(graph) ? new(isMapped: true) : InMemory;

    /// <summary>The same elements, where they may stay.</summary>
    /// <exception cref="MixPrecException">MXP1082: the temporary folder has no room.</exception>
    public Tensor Keep(Tensor made)
    {
        if (!isMapped)
        {
            return made;
        }

        string path = Scratch.NewPath(".constant");
        try
        {
            using (var file = NewFile.Create(path))
            {
                file.Write(made.Bytes);
            }

            var mapped = MappedFile.Open(path);
            if (!OperatingSystem.IsWindows())
            {
                // The pages stay for this process, and not even one that is killed leaves the file behind.
                File.Delete(path);
            }

            var kept = new Tensor(made.Type, made.Shape, mapped.Slice(0, made.Bytes.Length));
            _files[kept] = (mapped, path);
            return kept;
        }
        catch (Exception refused) when (OutputPath.IsRefusal(refused))
        {
            File.Delete(path);
            throw Scratch.NotWritten(refused);
        }
    }

    /// <summary>Ends the use of all that a graph does not have.</summary>
    public void KeepOnly(Graph graph) => Drop(_files.Keys.Except(graph.Nodes.SelectMany(n => n.Inputs).Select(v => v?.Constant)
        .OfType<Tensor>()));

    /// <summary>Ends the use of all of them: nothing may read the graphs that have them any more.</summary>
    public void Dispose() => Drop(_files.Keys);

    private void Drop(IEnumerable<Tensor> constants)
    {
        foreach (var constant in constants.ToArray())
        {
            _files.Remove(constant, out var kept);
            kept.File.Dispose();
            File.Delete(kept.Path);
        }
    }
}
