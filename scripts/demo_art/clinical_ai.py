"""Pictures of AI in Clinical Practice: violets, with rose and mint."""

from __future__ import annotations

import math

from .canvas import Canvas, Palette, bezier, mix, on_circle
from .gallery import Gallery
from .motifs import bell, bubble, chair, drop, person, pulse, ribs

P = Palette("#2A1F4F", "#6246B5", "#9D87DE", "#D8CEF5", "#F7F5FD", "#EE7B93", "#7FD1AE")
gallery = Gallery(P)
CREAM = "#FBF1E4"


@gallery.banner("ai-in-clinical-practice")
def trace_through_grid(c: Canvas) -> None:
    c.rect(0, 0, 1600, 500, P.ink)
    c.rect(620, 60, 380, 380, mix(P.ink, P.main, 0.35), 40)
    for row in range(9):
        for col in range(9):
            x, y = 650 + col * 40, 90 + row * 40
            near = abs(250 - y + 46 * math.sin(col * 0.7)) < 50
            c.disc(x, y, 11 if near else 6, P.sun if near else P.main)
    pulse(c, -20, 636, 250, [130, 330, 520], 120, 11, P.warm)
    wave = [(x, 250 - 70 * math.sin((x - 985) / 92)) for x in range(985, 1640, 5)]
    c.line(wave, 11, P.sun)


@gallery.picture("bedsidedata-the-sepsis-alert-that-learned-to-stay-quiet")
def bell_under_glass(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.rect(0, 520, 1200, 155, P.main)
    pulse(c, 500, 1240, 400, [940], 260, 14, P.warm)
    c.pie(330, 290, 210, 180, 360, P.white)
    c.rect(120, 288, 420, 222, P.white)
    c.pie(330, 290, 190, 180, 360, P.pale)
    c.rect(140, 288, 380, 222, P.pale)
    c.disc(330, 66, 20, P.ink)
    c.rect(90, 500, 480, 44, P.ink, 22)
    bell(c, 330, 360, 100, P.main, P.warm)
    c.arc(330, 290, 160, 205, 245, 12, P.white)


@gallery.picture("wardround-ambient-scribes-month-six-what-doctors-stopped-noticing", (700, 700))
def microphone_to_text(c: Canvas) -> None:
    c.rect(0, 0, 700, 700, P.main)
    for r, share in ((330, 0.1), (250, 0.22), (170, 0.36)):
        c.disc(200, 330, r, mix(P.main, P.ink, share))
    c.rect(140, 190, 120, 210, P.warm, 60)
    for i in range(3):
        c.rect(172, 236 + i * 40, 56, 12, P.white, 6)
    c.arc(200, 340, 98, 0, 180, 18, P.white)
    c.rect(191, 440, 18, 90, P.white)
    c.rect(130, 520, 140, 20, P.white, 10)
    c.rect(410, 90, 250, 520, P.white, 20)
    for i in range(9):
        faint = P.soft if i > 2 else P.ink
        c.rect(446, 140 + i * 50, (170, 150, 178, 130, 174, 160, 110, 170, 90)[i], 18, faint, 9)
    for i, r in enumerate((104, 140)):
        c.arc(220, 300, r, -30 + i * 4, 30 - i * 4, 13, P.sun)


@gallery.picture("bedsidedata-reading-the-model-card-before-the-contract")
def magnifier(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, CREAM)
    for i in range(5):
        c.rect(690 - i * 16, 110 - i * 16, 370, 500, mix(P.soft, P.mid, 1 - i / 5), 10)
    c.rect(620, 40, 370, 500, P.white, 10)
    c.rect(666, 96, 180, 24, P.mid, 12)
    for i in range(7):
        c.rect(666, 160 + i * 48, (270, 250, 280, 220, 270, 240, 150)[i], 14, P.soft, 7)
    c.rect(150, 120, 400, 440, P.main, 30)
    for i in range(5):
        c.rect(200, 190 + i * 72, (260, 220, 290, 240, 180)[i], 22, P.soft if i != 2 else P.sun, 11)
    c.line([(470, 440), (620, 610)], 46, P.ink)
    c.disc(390, 346, 136, P.ink)
    c.disc(390, 346, 108, P.white)
    c.rect(306, 326, 168, 42, P.sun, 21)


@gallery.picture("northharbor-institute-when-radiologists-overrule-the-algorithm-and-when-they-should-have")
def chest_film(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.main)
    c.rect(300, 40, 600, 595, P.ink, 26)
    c.rect(588, 100, 24, 470, mix(P.ink, P.mid, 0.55), 12)
    for side in (-1, 1):
        c.oval(600 + side * 128, 330, 92, 190, mix(P.ink, P.main, 0.45))
    for i in range(6):
        ribs(c, 600, 150 + i * 66, 196 + 14 * min(i, 3), 15, mix(P.ink, P.mid, 0.75))
    c.disc(716, 388, 18, P.white)
    frame = ((668, 340, 1, 1), (764, 340, -1, 1), (668, 436, 1, -1), (764, 436, -1, -1))
    for x, y, dx, dy in frame:
        c.line([(x, y + dy * 26), (x, y), (x + dx * 26, y)], 9, P.sun)
    scribble = [on_circle(490, 300, 52 + 5 * math.sin(a / 23), a) for a in range(-40, 350, 6)]
    c.line(scribble, 8, P.warm)
    c.line([(968, 520), (1090, 260)], 34, P.warm, caps=False)
    c.poly([(952, 512), (984, 528), (950, 580)], CREAM)
    c.line([(1090, 260), (1100, 238)], 34, P.white)


@gallery.picture("clinicwire-a-triage-chatbot-meets-a-toothache")
def tooth_and_paths(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.soft)
    c.disc(290, 338, 240, P.mid)
    for y in (130, 338, 545):
        c.line(bezier((290, 338), (620, 338), (600, y), (880, y)), 20, P.white)
    c.disc(230, 270, 84, P.white)
    c.disc(350, 270, 84, P.white)
    c.rect(150, 260, 280, 110, P.white, 40)
    for side in (-1, 1):
        c.poly(
            [
                *bezier(
                    (290 + side * 134, 330),
                    (290 + side * 130, 440),
                    (290 + side * 110, 480),
                    (290 + side * 80, 500),
                ),
                *bezier((290 + side * 56, 490), (290 + side * 44, 420), (290 + side * 30, 390), (290, 380)),
                (290, 320),
            ],
            P.white,
        )
    c.poly([(330, 226), (376, 226), (352, 268), (392, 268), (318, 340), (338, 286), (306, 286)], P.warm)
    for y, fill in ((130, P.main), (338, P.ink), (545, P.warm)):
        c.disc(980, y, 92, fill)
    c.rect(920, 106, 10, 66, P.white, 5)
    c.rect(1030, 136, 10, 36, P.white, 5)
    c.rect(920, 138, 120, 18, P.white, 6)
    c.disc(948, 122, 12, P.sun)
    chair(c, 938, 392, 100, P.sun, P.white)
    c.pie(980, 566, 42, 180, 360, P.white)
    c.rect(924, 564, 112, 22, P.ink, 6)
    for angle in (-140, -90, -40):
        c.line([on_circle(980, 560, 56, angle), on_circle(980, 560, 74, angle)], 9, P.white)


@gallery.picture("bedsidedata-drift-explained-with-a-bathroom-scale", (800, 1000))
def tilted_scale(c: Canvas) -> None:
    c.rect(0, 0, 800, 1000, CREAM)
    c.disc(400, 380, 330, P.soft)
    c.hill(740, 20, 260, 0.1, P.mid)
    corners = [on_circle(400, 480, 262, angle - 8) for angle in (45, 135, 225, 315)]
    for shift, fill in ((26, P.mid), (0, P.white)):
        square = [(x, y + shift) for x, y in corners]
        c.poly(square, fill)
        c.line(square, 90, fill, closed=True)
    for x, y in ((300, 590), (516, 562)):
        c.oval(x, y, 52, 96, P.soft)
    c.disc(384, 366, 108, P.ink)
    c.disc(384, 366, 90, P.pale)
    for angle in range(180, 361, 20):
        c.line([on_circle(384, 366, 66, angle), on_circle(384, 366, 80, angle)], 6, P.mid)
    c.line([on_circle(384, 366, 60, 262), on_circle(384, 366, 80, 262)], 13, P.sun)
    c.line([(384, 366), on_circle(384, 366, 64, 292)], 10, P.warm)
    c.disc(384, 366, 13, P.ink)
    for i, fill in enumerate((P.warm, P.main, P.ink)):
        c.hill(790 + i * 60, 20, 260, i * 0.31, fill)
    c.rect(590, 716, 160, 84, mix(P.warm, P.ink, 0.3), 8)
    c.rect(590, 716, 160, 26, mix(P.warm, P.ink, 0.1), 8)


@gallery.picture("carefrontier-patients-ask-was-this-letter-written-by-a-machine")
def half_seal(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.main)
    c.rect(210, 110, 780, 470, CREAM, 18)
    c.poly([(222, 116), (978, 116), (600, 390)], P.white)
    c.line([(222, 122), (600, 394), (978, 122)], 8, P.soft)
    for i in range(5):
        c.line([(600, 370), on_circle(600, 370, 142, 108 + i * 36)], 46, P.ink, caps=False)
    c.pie(600, 370, 122, 90, 270, P.ink)
    c.pie(600, 370, 140, -90, 90, P.warm)
    c.pie(600, 370, 50, 90, 270, CREAM)
    for r in (26, 54, 82, 110):
        c.arc(600, 388, r, -84, 58, 9, CREAM)


@gallery.picture("gesundheitsnetz-kardiologie-mit-ki-a-clinic-publishes-its-error-diary")
def diary_trace(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.sun)
    c.pie(1200, 0, 360, 90, 180, mix(P.sun, P.white, 0.4))
    c.rect(130, 110, 940, 490, P.ink, 26)
    c.rect(150, 90, 445, 480, P.white, 12)
    c.rect(605, 90, 445, 480, P.white, 12)
    c.rect(588, 90, 24, 480, P.soft)
    for x in (190, 645):
        for i in range(3):
            c.rect(x, 140 + i * 34, (250, 300, 180)[i], 13, P.soft, 6)
            c.rect(x, 450 + i * 34, (290, 240, 160)[i], 13, P.soft, 6)
    pulse(c, 165, 1036, 350, [270, 430, 760, 920], 110, 10, P.main)
    c.ring(760, 320, 92, 12, P.warm)
    c.poly([(960, 90), (1004, 90), (1004, 210), (982, 184), (960, 210)], P.warm)


@gallery.picture("bedsidedata-procurement-by-committee-twelve-questions-a-rural-hospital-asked-its-vendor")
def question_clock(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, CREAM)
    c.disc(600, 338, 316, P.ink)
    c.disc(600, 338, 290, P.white)
    for i in range(12):
        x, y = on_circle(600, 338, 232, i * 30 - 90)
        fill = P.warm if i in (4, 9) else P.main
        c.arc(x, y - 12, 16, 190, 420, 10, fill)
        c.line([on_circle(x, y - 12, 16, 60), (x, y + 14)], 10, fill)
        c.disc(x, y + 32, 6.5, fill)
    c.line([(600, 338), on_circle(600, 338, 150, -90)], 16, P.ink)
    c.line([(600, 338), on_circle(600, 338, 100, 0)], 20, P.ink)
    c.disc(600, 338, 24, P.sun)
    for x, fill in ((90, P.main), (210, P.mid), (990, P.warm), (1110, P.sun)):
        person(c, x, 675, 150, fill, P.ink)


@gallery.picture("bedsidedata-second-opinions-for-insulin-doses-a-quiet-trial")
def drops_in_balance(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.ink)
    c.pie(600, 675, 380, 180, 360, mix(P.ink, P.main, 0.45))
    c.poly([(600, 420), (690, 600), (510, 600)], P.mid)
    c.line([(210, 428), (990, 412)], 22, P.soft)
    c.disc(600, 420, 30, P.sun)
    drop(c, 310, 324, 84, P.warm)
    c.disc(280, 330, 16, P.white)
    drop(c, 890, 312, 84, P.warm)
    drop(c, 890, 314, 70, P.ink)
    c.rect(440, 590, 320, 26, P.soft, 13)


@gallery.picture("bedsidedata-teaching-residents-to-disagree-with-a-screen")
def dissent(c: Canvas) -> None:
    c.rect(0, 0, 1200, 675, P.mid)
    c.rect(0, 590, 1200, 85, P.ink)
    c.rect(110, 80, 560, 370, P.ink, 24)
    c.rect(132, 102, 516, 326, P.pale, 10)
    for i, h in enumerate((90, 150, 120, 210, 170)):
        c.rect(180 + i * 88, 390 - h, 56, h, P.main if i != 3 else P.warm, 8)
    c.rect(350, 450, 80, 100, P.ink)
    c.rect(260, 540, 260, 50, P.ink, 14)
    for x, size, fill in ((790, 190, P.main), (930, 220, P.warm), (1080, 190, P.sun)):
        person(c, x, 675, size, fill, P.ink)
    bubble(c, 760, 150, 330, 200, P.white)
    c.line([(880, 205), (970, 295)], 24, P.warm)
    c.line([(970, 205), (880, 295)], 24, P.warm)
