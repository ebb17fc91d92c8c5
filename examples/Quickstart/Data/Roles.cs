namespace Quickstart.Data;

/// <summary>What the command line says of a data folder; null where the files are to tell.</summary>
/// <param name="Format">What a line is.</param>
/// <param name="Label">The column of the class or tag: its number from 1, or its name in the header.</param>
/// <param name="Text">The column of the sentence or word.</param>
/// <param name="DecimalComma">Whether numbers have a comma for a decimal point.</param>
internal sealed record Roles(SequenceFormat? Format = null, string? Label = null, string? Text = null, bool DecimalComma = false);

/// <summary>What a line of a training file is.</summary>
internal enum SequenceFormat
{
    /// <summary>A sentence and its class.</summary>
    Sentences,
    /// <summary>A string whose characters are the steps, such as DNA, and its class.</summary>
    Characters,
    /// <summary>Two strings of the same length: characters, and a tag for each.</summary>
    TaggedCharacters,
    /// <summary>A word and its tag, blank lines between sentences.</summary>
    Tagged,
    /// <summary>A word of CoNLL-U, in ten columns.</summary>
    Conllu,
    /// <summary>A step of a series: series, class, step, values.</summary>
    Steps,
    /// <summary>A class and the values of a series.</summary>
    Series,
    /// <summary>The points x, y of a pen's path, and a class.</summary>
    Points,
    /// <summary>A series of the UEA archive, after a head of lines that begin with @.</summary>
    Ts,
}
