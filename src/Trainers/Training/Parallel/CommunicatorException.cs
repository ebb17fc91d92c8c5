namespace MLSeqGraph.Trainers;

/// <summary>
/// Training on several ranks can't go on: one of them failed, left, doesn't answer, or has other data, options or weights than the first.
/// Every rank gets the exception.
/// </summary>
public sealed class CommunicatorException : Exception
{
    /// <summary>A message that names the rank.</summary>
    public CommunicatorException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
