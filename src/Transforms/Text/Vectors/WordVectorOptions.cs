namespace MLSeqGraph.Transforms;

/// <summary>What stands for a word that has no vector.</summary>
public enum UnknownWord
{
    /// <summary>Nothing: it is an error that names the word.</summary>
    Error,
    /// <summary>Zeros.</summary>
    Zeros,
    /// <summary>Nothing: it is left out; a row of which no word is left has zeros for one word.</summary>
    LeaveOut,
}

/// <summary>How words become vectors.</summary>
public sealed record WordVectorOptions
{
    /// <summary>What stands for a word that has no vector. By default it is an error.</summary>
    public UnknownWord UnknownWord { get; init; }

    internal void Validate()
    {
        if (!Enum.IsDefined(UnknownWord))
            throw new ArgumentException($"{nameof(UnknownWord)} is {UnknownWord}; expected one of "
                + $"{string.Join(", ", Enum.GetNames<UnknownWord>())}.", nameof(UnknownWord));
    }
}
