namespace MLSeqGraph.Bench;

/// <summary>
/// What a run can't do without, whichever way it is computed. Additions and multiplications count one each; what is read again because
/// memory was saved, and what takes no time beside the rest (biases, activations, the update), doesn't count.
/// </summary>
/// <param name="Operations">Operations on floats.</param>
/// <param name="Bytes">Bytes read and written; 0 where operations take longer by far.</param>
internal sealed record Cost(double Operations, double Bytes);
