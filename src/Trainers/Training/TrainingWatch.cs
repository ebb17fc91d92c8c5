using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Watches and steers the trainings inside pipelines that somebody else wrote, without touching their options: an experiment reads epochs
/// and ends trainings that promise nothing.
/// </summary>
/// <example>
/// <code>
/// using (new TrainingWatch { OnEpoch = epoch => Console.WriteLine(epoch), StopToken = stop }.Begin())
///     model = pipeline.Fit(rows);
/// </code>
/// </example>
public sealed record TrainingWatch
{
    private static readonly AsyncLocal<TrainingWatch?> Flow = new();

    // Copies of a watch count together.
    private readonly int[] _resumable = new int[1];

    /// <summary>The watch of the current flow of execution; null for none.</summary>
    internal static TrainingWatch? Current => Flow.Value;

    /// <summary>
    /// Called after every epoch, behind <see cref="TrainingOptions.OnEpoch"/>. An exception that it throws ends the training, without a
    /// model, and is what <c>Fit</c> throws.
    /// </summary>
    public Action<EpochRecord>? OnEpoch { get; init; }

    /// <summary>Called when the epochs are over, before the model is deployed.</summary>
    public Action<TrainingHistory>? OnTrained { get; init; }

    /// <summary>Ends training as <see cref="TrainingOptions.StopToken"/> does: with the weights reached.</summary>
    public CancellationToken StopToken { get; init; }

    /// <summary>Ends training as <see cref="TrainingOptions.CancellationToken"/> does.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// Rows to validate on, prepared as the trainer's own rows are, for trainers that are given none; null for what their options say.
    /// </summary>
    public IDataView? ValidationData { get; init; }

    /// <summary>Where the training writes checkpoints, where its options name no folder: an empty one, of this training alone. What
    /// goes on from there later is the last epoch, so its weights are those of the model, too. Null for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// A folder of checkpoints that the training goes on from: weights, states of the optimizer, epochs. Unlike with
    /// <see cref="TrainingOptions.Resume"/> it may be of another run, with another learning rate or other rows, as long as the weights
    /// are of the same shapes. Null to begin anew.
    /// </summary>
    public string? StartFolder { get; init; }

    /// <summary>
    /// A folder in which interrupted trainings go on, where options name none of their own: each training leaves its checkpoints in a
    /// folder in it, by its number in the order in which they begin, and goes on from what an interrupted process left there, to the same
    /// weights. What is of another run is deleted. Null for none.
    /// </summary>
    public string? ResumeFolder { get; init; }

    /// <summary>Called when a training goes on from <see cref="ResumeFolder"/>, with the epochs that it has already.</summary>
    public Action<IReadOnlyList<EpochRecord>>? OnResumed { get; init; }

    /// <summary>Where options that are made meanwhile train by default: <see cref="TrainingOptions.Target"/>; null for the CPU.</summary>
    public ExecutionTarget? Target { get; init; }

    /// <summary>Watches all trainings that begin in this flow of execution, tasks it starts included, until it is disposed of.</summary>
    public IDisposable Begin()
    {
        var scope = new Scope(Flow.Value);
        Flow.Value = this;
        return scope;
    }

    /// <summary>The folder of the next training that may be interrupted; null for none.</summary>
    internal string? NextResumeFolder() => ResumeFolder is null || CheckpointFolder is not null ? null
        : Path.Combine(ResumeFolder, $"training-{Interlocked.Increment(ref _resumable[0])}");

    /// <summary>A token that is canceled when either is.</summary>
    internal static CancellationToken Either(CancellationToken one, CancellationToken other) =>
        !other.CanBeCanceled ? one : !one.CanBeCanceled ? other : CancellationTokenSource.CreateLinkedTokenSource(one, other).Token;

    private sealed class Scope(TrainingWatch? before) : IDisposable
    {
        public void Dispose() => Flow.Value = before;
    }
}
