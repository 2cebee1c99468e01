namespace DigitTraining.Rendering;

/// <summary>
/// How the ten digits are written: for each a few variants, each a path in the unit square (x right, y down) in a
/// small language. <c>M x y</c> lifts the pen, <c>L x y</c> draws a line, <c>C x1 y1 x2 y2 x y</c> a cubic Bézier curve and
/// <c>E cx cy rx ry</c> a whole ellipse.
/// </summary>
internal static class DigitStrokes
{
    public static readonly string[][] Variants =
    [
        // 0: round, narrow, left open at the top, slashed
        [
            "E .5 .5 .28 .4",
            "E .5 .5 .19 .4",
            "M .58 .1 C .3 .08 .2 .35 .22 .55 C .24 .95 .76 .95 .78 .5 C .78 .3 .7 .12 .45 .14",
            "E .5 .5 .26 .38 M .7 .2 L .3 .8",
        ],
        // 1: bar, with flag, with flag and foot
        [
            "M .5 .1 L .5 .9",
            "M .32 .3 C .42 .26 .5 .18 .54 .1 L .54 .9",
            "M .35 .28 L .52 .1 L .52 .9 M .32 .9 L .72 .9",
        ],
        // 2: round, with a loop at the foot, angular
        [
            "M .25 .3 C .28 .02 .76 .04 .74 .34 C .72 .52 .4 .7 .24 .9 L .78 .9",
            "M .26 .28 C .32 .04 .74 .06 .72 .34 C .7 .58 .36 .96 .26 .84 C .2 .7 .48 .74 .8 .9",
            "M .26 .12 L .72 .12 C .78 .3 .4 .6 .24 .88 L .76 .88",
        ],
        // 3: round, flat top, with a deep notch
        [
            "M .28 .2 C .36 .04 .74 .06 .7 .3 C .68 .44 .54 .48 .44 .48 C .62 .48 .78 .56 .76 .72 C .72 .96 .34 .96 .24 .78",
            "M .26 .12 L .72 .12 L .46 .44 C .66 .42 .78 .54 .76 .7 C .72 .96 .34 .94 .24 .8",
            "M .28 .14 C .5 .06 .72 .12 .68 .28 C .64 .42 .5 .46 .34 .5 C .62 .5 .8 .62 .74 .78 C .66 .94 .38 .92 .26 .86",
        ],
        // 4: open, closed, with the bar beyond the stem
        [
            "M .32 .1 C .28 .3 .24 .44 .22 .58 L .76 .58 M .64 .12 L .62 .9",
            "M .66 .9 L .66 .1 L .2 .64 L .82 .64",
            "M .36 .12 L .24 .54 L .84 .5 M .62 .28 L .56 .92",
        ],
        // 5: angular with a round belly, one stroke like an S, short neck
        [
            "M .74 .12 L .32 .12 L .29 .46 C .5 .36 .78 .44 .76 .68 C .74 .94 .38 .94 .24 .82",
            "M .74 .14 C .56 .1 .36 .1 .32 .2 C .24 .46 .76 .42 .74 .68 C .7 .94 .38 .92 .26 .84",
            "M .3 .16 L .3 .44 C .54 .36 .74 .5 .72 .7 C .68 .92 .4 .92 .26 .84 M .28 .14 L .76 .1",
        ],
        // 6: curved, straight back, wide open
        [
            "M .66 .12 C .36 .2 .24 .5 .26 .7 C .3 .98 .74 .94 .74 .7 C .72 .46 .38 .46 .28 .66",
            "M .6 .08 L .3 .6 C .2 .8 .36 .92 .5 .92 C .72 .92 .78 .66 .62 .58 C .48 .52 .34 .6 .3 .7",
            "M .74 .2 C .56 .02 .28 .2 .26 .6 C .26 .96 .72 .98 .74 .72 C .74 .5 .4 .48 .28 .64",
        ],
        // 7: plain, crossed, with a serif
        [
            "M .24 .14 L .76 .14 C .6 .4 .46 .6 .42 .9",
            "M .24 .14 L .76 .14 L .44 .9 M .36 .5 L .7 .5",
            "M .26 .24 L .26 .13 L .76 .13 C .62 .36 .5 .6 .48 .9",
        ],
        // 8: two rings, one stroke, with a narrow head
        [
            "E .5 .3 .2 .19 E .5 .7 .25 .21",
            "M .72 .2 C .6 .04 .26 .1 .3 .3 C .34 .5 .76 .5 .74 .74 C .7 .96 .28 .94 .28 .72 C .3 .5 .7 .44 .72 .2",
            "E .52 .26 .15 .15 E .48 .67 .24 .24",
        ],
        // 9: straight tail, hooked tail, leaning
        [
            "M .72 .3 C .7 .06 .3 .06 .28 .32 C .28 .56 .66 .56 .72 .3 L .68 .9",
            "M .72 .28 C .64 .06 .28 .08 .28 .32 C .3 .54 .66 .54 .72 .3 C .76 .6 .72 .94 .5 .92 C .4 .92 .34 .88 .3 .82",
            "M .7 .22 C .56 .02 .26 .16 .28 .36 C .32 .56 .64 .48 .72 .18 C .7 .5 .6 .74 .42 .92",
        ],
    ];
}
