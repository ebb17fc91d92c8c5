using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A row read by a saved mapping of ours, from whose payload the saved transformer can be made again. It has a constructor
/// without parameters.
/// </summary>
internal interface IRestorable
{
    /// <summary>The transformer that was saved.</summary>
    /// <exception cref="InvalidDataException">The payload is damaged.</exception>
    ITransformer Restore(byte[] payload, SequenceScoringOptions options);
}
