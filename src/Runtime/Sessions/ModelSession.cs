using System.ComponentModel;
using MixPrec.Runtime.Threads;

namespace MixPrec.Runtime;

/// <summary>
/// One thread's way to run a generated model: the workspace, the addresses of inputs and outputs, the run-time dimensions. Generated
/// sessions derive from it.
/// </summary>
/// <remarks>
/// A session serves one run at a time; a second one that begins meanwhile throws. Nothing is allocated per run unless the dimensions grow.
/// A disposed session frees its workspace at once, or at the end of the run in progress.
/// </remarks>
public abstract class ModelSession : IDisposable
{
    /// <summary>Threads of a run; what the metadatum of that name allows as well.</summary>
    internal const int MostThreads = 1024;

    private const int Idle = 0, Running = 1, Disposing = 2, Disposed = 3;

    private readonly ModelWeights _weights;
    private readonly Pointer<byte> _data;
    private readonly nint[] _ports;
    private readonly int[] _counts;
    private readonly Workspace _workspace;
    private ThreadTeam? _team;
    private int _state;

    /// <summary>Binds the session to its weights, which stay in memory as long as the session.</summary>
    /// <param name="weights">Loaded for the same plan.</param>
    /// <param name="weightsLength">Bytes of weights the steps read; a shorter file is refused here, so no step reads past its end.</param>
    /// <param name="ports">Number of inputs and outputs together.</param>
    /// <param name="dimensions">Number of run-time dimensions; 0 if every shape is constant.</param>
    /// <param name="counts">Number of sizes that steps find out.</param>
    /// <exception cref="ModelWeightsException">The weights have fewer than <paramref name="weightsLength"/> bytes.</exception>
    protected ModelSession(ModelWeights weights, long weightsLength, int ports, int dimensions, int counts = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ObjectDisposedException.ThrowIf(weights.IsDisposed, weights);
        if (weights.Length < weightsLength)
        {
            throw new ModelWeightsException(
                $"The weights of plan {weights.PlanHash} have {weights.Length} bytes, and the generated code reads {weightsLength}.");
        }
        _ports = new nint[ports];
        _counts = new int[counts];
        _workspace = new Workspace(dimensions);
        _data = weights.Acquire();
        _weights = weights;
    }

    /// <summary>Frees what <see cref="Dispose()"/> was not called for.</summary>
    ~ModelSession() => Free();

    /// <summary>
    /// Threads that a run may use, the calling one among them; 1 unless the model was loaded for more. All sessions together use no more
    /// than there are processors: one that finds the others busy runs on its own thread. The outputs have the same bits for every number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 1024.</exception>
    public int Threads
    {
        get => _team?.Threads ?? 1;
        init
        {
            if (CheckThreads(value) > 1)
            {
                _team = new ThreadTeam(value, WorkerPool.Shared);
                WorkerPool.Shared.Prepare(value);
            }
        }
    }

    /// <summary>Returns a number of threads that sessions can be created for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 1024.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static int CheckThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MostThreads);
        return threads;
    }

    /// <summary>Bytes of workspace held now: 0 before the first run.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public long WorkspaceLength => _workspace.Length;

    /// <summary>The sizes that the last run found out; zeros before the first.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>Runs the steps on memory the caller has pinned; the compiler times and verifies generated code through it.</summary>
    /// <param name="ports">Addresses, inputs first, in the order of the model. Their lengths follow from the dimensions and are not
    /// checked.</param>
    /// <param name="dimensions">The run-time dimensions, each ≥ 0.</param>
    /// <exception cref="ArgumentException">The number of ports or of dimensions is not the model's, or the workspace would be too
    /// large.</exception>
    /// <exception cref="InvalidOperationException">The session is running already.</exception>
    /// <exception cref="ObjectDisposedException">The session or its weights were disposed.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Execute(ReadOnlySpan<nint> ports, ReadOnlySpan<int> dimensions)
    {
        if (ports.Length != _ports.Length)
        {
            throw new ArgumentException($"The model has {_ports.Length} inputs and outputs; {ports.Length} addresses were given.",
                nameof(ports));
        }
        Begin();
        var telemetry = RunTelemetry.Begin(this);
        try
        {
            Resize(dimensions);
            ports.CopyTo(_ports);
            RunSteps();
            telemetry.End(this);
        }
        catch (Exception failure) when (telemetry.Fails(this, failure))
        {
            throw;
        }
        finally
        {
            End();
        }
    }

    /// <summary>
    /// Frees the workspace; the session cannot run any more. During a run this takes effect at its end. Calling it again does nothing.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, Disposed, Idle) == Idle)
        {
            Free();
            GC.SuppressFinalize(this);
            return;
        }
        // Left alone when disposed already; when the run ended in between, the session is idle again and the second try succeeds.
        if (Interlocked.CompareExchange(ref _state, Disposing, Running) == Idle)
        {
            Dispose();
        }
    }

    /// <summary>
    /// Pins <paramref name="ports"/>, adapts the workspace to <paramref name="dimensions"/> and runs the steps. Generated overloads check
    /// lengths first.
    /// </summary>
    /// <inheritdoc cref="Execute" path="/exception"/>
    protected void Run<TPorts>(scoped ref TPorts ports, scoped ReadOnlySpan<int> dimensions)
        where TPorts : struct, IPorts, allows ref struct
    {
        Begin();
        var telemetry = RunTelemetry.Begin(this);
        try
        {
            Resize(dimensions);
            PortPinner.Run(ref ports, 0, _ports, this);
            telemetry.End(this);
        }
        catch (Exception failure) when (telemetry.Fails(this, failure))
        {
            throw;
        }
        finally
        {
            End();
        }
    }

    /// <summary>All steps in order.</summary>
    protected abstract void RunSteps();

    /// <summary>
    /// Bytes of workspace for given dimensions, in checked arithmetic: generated code places each buffer in a
    /// <see cref="WorkspaceExtent"/>.
    /// </summary>
    /// <exception cref="OverflowException">A buffer would be too large.</exception>
    protected abstract long WorkspaceBytes(ReadOnlySpan<int> dimensions);

    /// <summary>Input or output <paramref name="index"/>, inputs first.</summary>
    protected Pointer<T> Port<T>(int index) where T : unmanaged => At<T>(_ports[index]);

    /// <summary>The buffer at <paramref name="offset"/> bytes of the workspace.</summary>
    protected Pointer<T> Buffer<T>(long offset) where T : unmanaged => At<T>(_workspace.Address + (nint)offset);

    /// <summary>The constant at <paramref name="offset"/> bytes of the weights.</summary>
    protected Pointer<T> Weight<T>(long offset) where T : unmanaged => _data.At<T>((nint)offset);

    /// <summary>Run-time dimension <paramref name="index"/> of the run in progress.</summary>
    protected int Dimension(int index) => _workspace.Dimensions[index];

    /// <summary>Size <paramref name="index"/> that a step of the run in progress found out.</summary>
    protected int Count(int index) => _counts[index];

    /// <summary>Keeps what a step found out for the steps after it.</summary>
    protected void SetCount(int index, int value) => _counts[index] = value;

    /// <summary>Checks that an output has room for the most elements a run can write.</summary>
    /// <exception cref="ArgumentException">Names the parameter, the needed and the given length.</exception>
    protected static void RequireRoom(string parameter, int given, long needed)
    {
        if (given < needed)
        {
            Refusal.Room(parameter, given, needed);
        }
    }

    /// <summary>
    /// Checks the length of an input or output; <paramref name="expected"/> follows from the shape and the run-time dimensions.
    /// </summary>
    /// <exception cref="ArgumentException">Names the parameter, the expected and the given length.</exception>
    protected static void RequireLength(string parameter, int given, long expected)
    {
        if (given != expected)
        {
            Refusal.Length(parameter, given, expected);
        }
    }

    /// <summary>
    /// Makes the workspace large enough for <paramref name="dimensions"/>, so that runs with them or smaller ones allocate nothing.
    /// </summary>
    /// <inheritdoc cref="Execute" path="/exception"/>
    protected void Reserve(ReadOnlySpan<int> dimensions)
    {
        Begin();
        try
        {
            Resize(dimensions);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Checks that a sequence of <paramref name="length"/> tokens can grow by <paramref name="tokens"/>.</summary>
    /// <exception cref="ArgumentException">There is no token.</exception>
    /// <exception cref="InvalidOperationException">The sequence would exceed <paramref name="capacity"/>.</exception>
    protected static void RequireContext(string parameter, int tokens, int length, int capacity)
    {
        if (tokens == 0)
        {
            throw new ArgumentException($"'{parameter}' holds no token.", parameter);
        }
        if (tokens > capacity - length)
        {
            Refusal.Context(length, tokens, capacity);
        }
    }

    /// <summary>A buffer of a cache with <paramref name="elements"/> elements.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It would be longer than an array can be.</exception>
    protected static T[] NewCache<T>(int maxTokens, long elements) where T : unmanaged =>
        elements <= Array.MaxLength ? new T[elements] : throw new ArgumentOutOfRangeException(nameof(maxTokens), maxTokens,
            "A buffer of the session would be too large.");

    /// <summary>What telemetry calls the model: the generated class, in which its session stands.</summary>
    internal string ModelName => field ??= (GetType().DeclaringType ?? GetType()).Name;

    internal void InvokeSteps() => RunSteps();

    private static unsafe Pointer<T> At<T>(nint address) where T : unmanaged => new((T*)address);

    private void Resize(ReadOnlySpan<int> dimensions)
    {
        if (_workspace.Holds(dimensions))
        {
            return;
        }
        _workspace.Check(dimensions);
        long bytes = 0;
        try
        {
            bytes = WorkspaceBytes(dimensions);
        }
        catch (OverflowException reason)
        {
            Refusal.Workspace(dimensions, reason);
        }
        _workspace.Require(dimensions, bytes);
    }

    private void Begin()
    {
        int state = Interlocked.CompareExchange(ref _state, Running, Idle);
        if (state != Idle)
        {
            ObjectDisposedException.ThrowIf(state == Disposed, this);
            Refusal.Busy();
        }
        _team?.Begin();
        if (_weights.IsDisposed)
        {
            End();
            ObjectDisposedException.ThrowIf(true, _weights);
        }
    }

    private void End()
    {
        // A step that used a port after its run would read address 0 and fail at once instead of reading someone else's memory.
        Array.Clear(_ports);
        _team?.End();
        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Disposing)
        {
            Free();
            _state = Disposed;
            GC.SuppressFinalize(this);
        }
    }

    private void Free()
    {
        _workspace?.Dispose();
        _weights?.Release();
    }
}
