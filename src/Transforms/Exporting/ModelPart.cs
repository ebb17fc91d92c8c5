namespace MLSeqGraph.Transforms;

/// <summary>Which part of a model a file holds.</summary>
public enum ModelPart
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>What reads a source, of a translator.</summary>
    Encoder,

    /// <summary>The next steps of a language model or translator.</summary>
    Decoder,

    /// <summary>A language model or translator that writes the likeliest tokens by itself.</summary>
    Greedy,

    /// <summary>The next steps of a model that acts step by step, with its states.</summary>
    Steps,
}
