using System.Security.Cryptography;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Tells data from other data by what its first batches feed to a training step: a hash. What the evaluation alone reads may depend on the
/// weights.
/// </summary>
internal sealed class DataFingerprint(TrainingModel model)
{
    private const int MostBatches = 16;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _batches;

    /// <summary>Takes a batch that was fed and not run yet; those after the first ones are passed over.</summary>
    internal void Add(TrainingSession session)
    {
        // What all batches share once.
        if (_batches++ < MostBatches)
            session.Inputs.Hash(_hash, model.BatchInputs.Where(input => _batches == 1 || input.Name != GraphNetworkModel.AllFeatures));
    }

    /// <summary>The hash of what was added; null of nothing.</summary>
    internal string? Hash => _batches == 0 ? null : Convert.ToHexString(_hash.GetCurrentHash());

    /// <summary>The hash of batches that are read for it alone.</summary>
    internal static string? Of(TrainingModel model, IEnumerable<TrainingBatch>? batches, TrainingSession session)
    {
        var fingerprint = new DataFingerprint(model);
        foreach (var batch in (batches ?? []).Take(MostBatches))
        {
            batch.FeedTo(session);
            fingerprint.Add(session);
            session.Inputs.Clear();
        }
        return fingerprint.Hash;
    }
}
